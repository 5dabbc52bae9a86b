#include "tests/store/model.h"

#include <algorithm>

namespace carillon::testing {
namespace {

Day utc_day(Time at) {
  return static_cast<Day>(std::chrono::floor<std::chrono::days>(at).time_since_epoch().count());
}

}  // namespace

bool ModelStore::expected(Change const& change) const {
  for (auto const& [tenant, move] : change.counters) {
    auto const found = counters.find(tenant);
    if ((found == counters.end() ? Counters{} : found->second) != move.from) return false;
  }
  for (auto const& [key, move] : change.batch_moves) {
    auto const found = batches.find(key);
    if (found == batches.end() || found->second.record.revision != move.from_revision) return false;
  }
  for (auto const& [key, json] : change.contents) {
    if (!batches.contains(key)) return false;
  }
  for (auto const& [key, batch] : change.new_batches) {
    if (batches.contains(key)) return false;
  }
  std::set<std::pair<TenantNo, Seq>> seqs;
  for (auto const& slice : change.slices) {
    std::pair const key{slice.batch.tenant, slice.seq};
    if (slices.contains(key) || !seqs.insert(key).second) return false;
  }
  std::set<std::pair<BatchKey, UserNo>> reads;
  for (auto const& receipt : change.receipts) {
    std::pair const key{receipt.batch, receipt.user};
    if (receipts.contains(key) || !reads.insert(key).second) return false;
  }
  for (auto const& [key, use] : change.quota) {
    auto const found = quota.find(key);
    auto const used = found == quota.end() ? 0 : found->second;
    if (used > use.used_before || (use.limit != 0 && used + use.added > use.limit)) return false;
  }
  for (auto const& [key, call] : change.calls) {
    auto const found = calls.find(key);
    if (found != calls.end() && found->second.at > call.at - call.kept) return false;
  }
  std::set<EventKey> numbers;
  for (auto const& event : change.events) {
    if (events.contains(event.key) || !numbers.insert(event.key).second) return false;
  }
  for (auto const& [key, file] : change.media) {
    if (media.contains(key)) return false;
  }
  for (auto const& [key, chat] : change.chats) {
    if (app_chats.contains(key)) return false;
  }
  return true;
}

bool ModelStore::apply(Change const& change) {
  if (!expected(change)) return false;
  for (auto const& [tenant, move] : change.counters) counters[tenant] = move.to;
  for (auto const& [key, batch] : change.new_batches) batches[key] = batch;
  for (auto const& [key, move] : change.batch_moves) batches[key].record = move.to;
  for (auto const& [key, json] : change.contents) batches.at(key).content.json = json;
  for (auto const& slice : change.slices) slices[{slice.batch.tenant, slice.seq}] = slice;
  for (auto const& r : change.receipts) receipts[{r.batch, r.user}] = r.read_at;
  for (auto const& [key, use] : change.quota) quota[key] += use.added;
  for (auto const& [key, call] : change.calls) calls[key] = call;
  for (auto const& [key, file] : change.media) media[key] = file;
  for (auto const& event : change.events) events[event.key].event = event;
  for (auto const& [key, move] : change.event_moves) {
    auto const at = events.find(key);
    if (at == events.end()) continue;
    auto& stored = at->second;
    if (move.gone) {
      events.erase(at);
    } else {
      stored = {stored.event, move.state, move.attempts, move.due, move.problem};
    }
  }
  for (auto const& [lane, tally] : change.event_tallies) event_tallies[lane] = tally;
  for (auto const& [person, row] : change.push) {
    if (row == PushRow{}) {
      push.erase(person);
    } else {
      push[person] = row;
    }
  }
  for (auto const& [key, chat] : change.chats) app_chats[key] = chat;
  auto const& rows = change.directory;
  for (auto const& tenant : rows.tenants) tenants[tenant.no] = tenant;
  for (auto const& [tenant, d] : rows.departments) departments[{tenant, d.no}] = d;
  for (auto const& [tenant, user] : rows.users) users[{tenant, user.no}] = user;
  for (auto const& [tenant, chat] : rows.chats) chats[{tenant, chat.chat_id}] = chat;
  for (auto const& [tenant, image] : rows.images) images[{tenant, image.image_key}] = image;
  for (auto const& developer : rows.developers) developers[developer.no] = developer;
  for (auto const& app : rows.apps) apps[app.no] = app;
  for (auto const& i : rows.installations) installations[{i.tenant, i.app}] = i;
  for (auto const& row : rows.user_details) user_details[{row.tenant, row.user}] = row.details;
  for (auto const& row : rows.department_details) {
    department_details[{row.tenant, row.department}] = row.details;
  }
  if (change.import) import = *change.import;
  return true;
}

void ModelStore::purge(TenantNo tenant, Time batches_before, Time others_before) {
  std::set<BatchKey> gone;
  for (auto const& [key, batch] : batches) {
    if (key.tenant == tenant && batch.record.finished() &&
        batch.record.accepted_at < batches_before) {
      gone.insert(key);
    }
  }
  for (auto const& key : gone) batches.erase(key);
  std::erase_if(slices, [&](auto const& row) { return gone.contains(row.second.batch); });
  std::erase_if(receipts, [&](auto const& row) { return gone.contains(row.first.first); });
  std::erase_if(quota, [&](auto const& row) {
    return row.first.tenant == tenant && row.first.day < utc_day(others_before);
  });
  std::erase_if(calls, [&](auto const& row) {
    return row.first.tenant == tenant && row.second.at < others_before;
  });
}

Change Workload::next(ModelStore const& model) {
  static constexpr Decide kDecisions[] = {
      &Workload::accept, &Workload::accept, &Workload::deliver,        &Workload::deliver,
      &Workload::read,   &Workload::read,   &Workload::recall,         &Workload::deliver,
      &Workload::read,   &Workload::accept, &Workload::edit_directory, &Workload::report_import,
      &Workload::upload, &Workload::tell,   &Workload::settle,         &Workload::subscribe};
  now_ += std::chrono::milliseconds(1 + below(5000));
  auto view = model;
  Change group;
  for (auto decisions = 1 + below(6); decisions > 0; --decisions) {
    auto const decide = kDecisions[below(std::size(kDecisions))];
    auto change = (this->*decide)(view, TenantNo{static_cast<std::uint32_t>(1 + below(2))});
    view.apply(change);
    group.absorb(std::move(change));
  }
  return group;
}

UserSet Workload::random_audience() {
  UserSet users;
  switch (below(8)) {
    case 0:  // several blocks
      users = UserSet::range(UserNo{static_cast<std::uint32_t>(below(70'000))}, UserNo{140'000});
      break;
    case 1:  // just above and at the bound of a small audience
      users = UserSet::range(UserNo{0}, UserNo{static_cast<std::uint32_t>(1024 + below(2))});
      break;
    default:
      for (auto left = below(8); left > 0; --left) {
        users.add(UserNo{static_cast<std::uint32_t>(below(30) + 65'520)});
      }
  }
  return users;
}

std::string Workload::random_text(std::size_t size_max) {
  static constexpr std::string_view kPieces[] = {"a", "Z", "0", " ", "é", "钟", "🔔", "\n", "'"};
  std::string text;
  for (auto left = below(size_max); left > 0; --left) text += kPieces[below(std::size(kPieces))];
  return text;
}

NewBatch const* Workload::random_batch(ModelStore const& view, TenantNo tenant) {
  auto const first = view.batches.lower_bound({tenant, BatchNo{0}});
  auto const end = view.batches.lower_bound({TenantNo{tenant.value + 1}, BatchNo{0}});
  auto const count = std::distance(first, end);
  if (count == 0) return nullptr;
  // The newest are the ones that still change.
  auto const back = 1 + below(std::min<std::uint64_t>(count, 12));
  return &std::prev(end, static_cast<std::ptrdiff_t>(back))->second;
}

Change Workload::accept(ModelStore const& view, TenantNo tenant) {
  Change change;
  auto const found = view.counters.find(tenant);
  auto counters = found == view.counters.end() ? Counters{} : found->second;
  auto& move = change.counters[tenant];
  move.from = counters;

  NewBatch batch;
  batch.audience.deliverable = random_audience();
  if (below(3) == 0) batch.audience.unavailable = UserSet{UserNo{900'001}, UserNo{900'002}};
  auto& record = batch.record;
  record.key = {tenant, counters.next_batch};
  record.app = AppNo{static_cast<std::uint32_t>(1 + below(3))};
  record.generation = static_cast<std::uint8_t>(below(256));
  record.addressed_users = below(2) == 0;
  record.addressed_departments = below(2) == 0;
  record.kind = static_cast<BatchKind>(below(2));
  record.queue_no = counters.next_queue_no;
  record.accepted_at = now_;
  record.unavailable = static_cast<std::uint32_t>(batch.audience.unavailable.size());
  record.excluded = record.unavailable;
  if (below(3) == 0) {
    record.counts_in_flow = true;
    record.addressed_everybody = below(2) == 0;
    auto const rule = below(kFlowRules);
    Withheld kept{static_cast<FlowRule>(rule), static_cast<std::uint32_t>(below(5000)),
                  UserSet{UserNo{910'001}, UserNo{910'002}, UserNo{910'007}}};
    record.withheld[rule] = static_cast<std::uint32_t>(kept.users.size());
    record.excluded += record.withheld[rule];
    batch.audience.withheld.push_back(std::move(kept));
  }
  record.valid = static_cast<std::uint32_t>(batch.audience.deliverable.size()) + record.excluded;
  batch.content = {.msg_type = "text", .json = "{\"text\":\"" + random_text(3000) + "\"}"};
  if (record.counts_in_flow) batch.content.hash = std::string(32, static_cast<char>(below(256)));
  if (below(2) == 0) {
    batch.invalid = {.department_ids = {random_text(20)},
                     .open_ids = {"", "ou_x"},
                     .user_ids = {},
                     .union_ids = {random_text(40)}};
  }
  counters.next_batch = BatchNo{counters.next_batch.value + 1};
  ++counters.next_queue_no;
  move.to = counters;

  if (below(2) == 0) {
    QuotaKey const key{tenant, record.app, utc_day(now_)};
    auto const used = view.quota.find(key);
    auto const used_before = used == view.quota.end() ? 0 : used->second;
    change.quota[key] = {.added = record.valid,
                         .used_before = used_before,
                         .limit = below(2) == 0 ? 0 : used_before + record.valid};
  }
  if (below(2) == 0) {
    CallKey key{tenant, record.app, "key " + std::to_string(random_())};
    change.calls[key] = {.body_hash = std::string(32, static_cast<char>(below(256))),
                         .made = record.key.batch.value,
                         .at = now_};
  }
  change.new_batches[record.key] = std::move(batch);
  return change;
}

Change Workload::deliver(ModelStore const& view, TenantNo tenant) {
  Change change;
  auto const* batch = random_batch(view, tenant);
  if (batch == nullptr || batch->record.pending() == 0 || batch->record.recall_requested()) {
    return change;
  }
  auto record = batch->record;
  auto counters = view.counters.at(tenant);
  auto& move = change.counters[tenant];
  move.from = counters;
  counters.seq = Seq{counters.seq.value + 1};
  move.to = counters;

  auto const& deliverable = batch->audience.deliverable;
  Slice slice{.batch = record.key,
              .seq = counters.seq,
              .block = std::nullopt,
              .committed_at = now_,
              .delivered = deliverable,
              .failed = {}};
  if (deliverable.size() > 1024) {
    slice.block = block_of(*deliverable.first_from(record.position));
    slice.delivered = deliverable.block(*slice.block);
    record.position = (*slice.block + std::uint64_t{1}) * kBlockUsers;
  } else {
    record.position = std::uint64_t{1} << 32;
  }
  if (below(3) == 0) {
    slice.failed = UserSet{*slice.delivered.first_from(0)};
    slice.delivered -= slice.failed;
  }
  record.delivered += static_cast<std::uint32_t>(slice.delivered.size());
  record.failed += static_cast<std::uint32_t>(slice.failed.size());
  record.state = record.pending() == 0 ? BatchState::sent : BatchState::sending;
  record.sent_at = now_;
  ++record.revision;
  change.slices.push_back(std::move(slice));
  change.batch_moves[record.key] = {batch->record.revision, record};
  return change;
}

Change Workload::read(ModelStore const& view, TenantNo tenant) {
  Change change;
  auto const* batch = random_batch(view, tenant);
  if (batch == nullptr) return change;
  auto record = batch->record;
  for (auto const& [key, slice] : view.slices) {
    if (slice.batch != record.key || below(2) == 0) continue;
    auto const user = slice.delivered.first_from(below(66'000));
    if (!user || view.receipts.contains({record.key, *user})) continue;
    change.receipts.push_back({.batch = record.key, .user = *user, .read_at = now_});
    ++record.read;
  }
  if (change.receipts.empty()) return change;
  ++record.revision;
  change.batch_moves[record.key] = {batch->record.revision, record};
  return change;
}

Change Workload::recall(ModelStore const& view, TenantNo tenant) {
  Change change;
  auto const* batch = random_batch(view, tenant);
  if (batch == nullptr || batch->record.recall_requested()) return change;
  auto record = batch->record;
  auto counters = view.counters.at(tenant);
  auto& move = change.counters[tenant];
  move.from = counters;
  counters.seq = Seq{counters.seq.value + 1};
  move.to = counters;
  record.recall_seq = counters.seq;
  record.recalled_at = now_;
  record.excluded += record.pending();
  record.recalled = record.delivered;
  record.state = BatchState::recalled;
  ++record.revision;
  change.batch_moves[record.key] = {batch->record.revision, record};
  return change;
}

Change Workload::tell(ModelStore const& view, TenantNo tenant) {
  Change change;
  auto const* batch = random_batch(view, tenant);
  if (batch == nullptr) return change;
  auto const counters = view.counters.at(tenant);
  Event event;
  event.key = {tenant, counters.next_event};
  event.app = batch->record.app;
  event.kind = static_cast<EventKind>(1 + below(3));
  event.at = now_;
  event.user = UserNo{static_cast<std::uint32_t>(below(70'000))};
  event.batches.resize(1 + below(3), {batch->record.key.batch, 7});
  event.delivered = static_cast<std::uint32_t>(below(1'000'000));
  change.events.push_back(std::move(event));
  auto& move = change.counters[tenant];
  move = {counters, counters};
  move.to.next_event = EventNo{counters.next_event.value + 1};
  return change;
}

// Somebody's browsers come and go, and pushes to them fail.
Change Workload::subscribe(ModelStore const&, TenantNo tenant) {
  Change change;
  auto& row = change.push[{tenant, UserNo{static_cast<std::uint32_t>(below(20))}}];
  row.enabled = below(3) != 0;
  row.subscriptions.resize(below(3));
  for (auto& subscription : row.subscriptions) {
    subscription = {random_text(200), random_text(65), random_text(16), now_};
  }
  row.failures.resize(below(2));
  for (auto& failure : row.failures) {
    failure = {now_, random_text(20), BatchNo{below(99)}, 7, 3, static_cast<PushReason>(below(3)),
               410,  random_text(40)};
  }
  return change;
}

// What became of some of the events: told, given up, to be tried again.
Change Workload::settle(ModelStore const& view, TenantNo tenant) {
  Change change;
  for (auto const& [key, stored] : view.events) {
    if (key.tenant != tenant || below(3) != 0) continue;
    auto& move = change.event_moves[key];
    move.gone = below(2) == 0;
    move.state = static_cast<EventState>(below(2));
    move.attempts = static_cast<std::uint32_t>(below(6));
    move.due = now_;
    move.problem = random_text(9);
    auto& tally = change.event_tallies[{tenant, stored.event.app}];
    tally.told = below(1000);
    tally.dropped = below(1000);
  }
  return change;
}

Change Workload::edit_directory(ModelStore const&, TenantNo tenant) {
  Change change;
  auto const number = static_cast<std::uint32_t>(1 + below(5));
  auto& rows = change.directory;
  rows.tenants.push_back(
      {.no = tenant,
       .tenant_key = "t" + std::to_string(tenant.value),
       .name = random_text(30),
       .recall_hours = below(2) == 0 ? std::nullopt : std::optional<std::uint32_t>(number),
       .mention_all = below(2) == 0,
       .corp_id = random_text(10)});
  rows.departments.push_back({tenant,
                              {.no = DepartmentNo{number},
                               .department_id = "d" + std::to_string(number),
                               .open_alias = below(2) == 0 ? "" : "od-" + random_text(10),
                               .dept_number = -static_cast<std::int64_t>(below(3)),
                               .parent = DepartmentNo{number - 1},
                               .name = random_text(20),
                               .order = -static_cast<std::int64_t>(below(9)),
                               .deleted = below(5) == 0}});
  User user{.no = UserNo{static_cast<std::uint32_t>(below(70'000))},
            .generation = static_cast<std::uint8_t>(below(256)),
            .active = below(4) != 0,
            .user_id = "u" + random_text(10),
            .name = random_text(40),
            .email = random_text(3),
            .mobile = random_text(3),
            .departments = {kRootDepartment, DepartmentNo{number}}};
  if (below(2) == 0) {
    user.union_aliases = {{DeveloperNo{1}, "on_cad4860e7af114fb4ff6c5d496d1dd76"},
                          {DeveloperNo{300}, "on_CAD4860e7af114fb4ff6c5d496d1dd76"}};
    user.open_aliases = {{AppNo{7}, "ou_0000000000000000000000000000000f"}, {AppNo{8}, "own name"}};
  }
  user.resigned = !user.active && below(2) == 0;
  rows.users.emplace_back(tenant, user);
  UserDetails details;  // at times without anything in it, which removes the row
  if (below(3) != 0) {
    details.nickname = random_text(20);
    details.joined_at = -static_cast<std::int64_t>(below(1000));
    details.leader = UserNo{number};
    details.places = {{DepartmentNo{number}, -1, 5, true, below(2) == 0}};
    details.extensions = {{"x", random_text(50)}};
  }
  rows.user_details.push_back({tenant, user.no, details});
  DepartmentDetails more;
  if (below(3) != 0) {
    more.names = {{"en_us", random_text(9)}};
    more.managers = {{UserNo{3}, 1}};
  }
  rows.department_details.push_back({tenant, DepartmentNo{number}, more});
  rows.chats.push_back({tenant, {"oc_" + std::to_string(number), random_text(9)}});
  rows.images.push_back({tenant, {"img_" + std::to_string(number), below(2) == 0 ? "" : "a.png"}});
  rows.developers.push_back({DeveloperNo{number}, random_text(9)});
  App app{.no = AppNo{number}, .app_id = "cli_" + std::to_string(number), .name = random_text(9)};
  app.kind = below(2) == 0 ? AppKind::custom : AppKind::store;
  app.tenant = tenant;
  app.developer = DeveloperNo{1};
  app.scopes = {"im:message", random_text(5)};
  app.availability = {.all = false, .departments = {DepartmentNo{2}}, .users = {UserNo{70'000}}};
  app.ip_allow = {"10.0.0.0/8"};
  app.events_sealed = random_text(30);
  app.agent_id = static_cast<std::int64_t>(below(1'000'000'000'000));
  app.secrets.resize(below(3));
  for (auto& secret : app.secrets) {
    secret.version = static_cast<std::uint8_t>(below(256));
    secret.use = SecretUse::app_key;
    secret.hash.fill(static_cast<std::uint8_t>(below(256)));
    secret.withdrawn = below(2) == 0;
    secret.created_at = now_;
  }
  rows.apps.push_back(app);
  rows.installations.push_back(
      {.tenant = tenant, .app = app.no, .installed = below(2) == 0, .agent_id = -1});
  return change;
}

Change Workload::report_import(ModelStore const& view, TenantNo) {
  Change change;
  change.import = ImportProgress{.staged_file = below(3) == 0 ? "" : "import-7.staged",
                                 .rows_done = view.import.rows_done + below(500)};
  return change;
}

Change Workload::upload(ModelStore const& view, TenantNo tenant) {
  auto const found = view.counters.find(tenant);
  auto const counters = found == view.counters.end() ? Counters{} : found->second;
  Media file;
  file.key = {tenant, counters.next_media};
  file.app = AppNo{static_cast<std::uint32_t>(1 + below(3))};
  file.use = static_cast<MediaUse>(1 + below(5));
  file.type = static_cast<FileType>(below(1 + static_cast<std::uint64_t>(kLastFileType)));
  file.generation = static_cast<std::uint8_t>(below(256));
  for (auto& byte : file.blob.id) byte = static_cast<std::uint8_t>(below(4));
  file.blob.bytes = below(20'000'000);
  file.name = random_text(20);
  file.created_at = now_;
  AppChat chat;
  chat.key = {tenant, counters.next_chat};
  chat.app = file.app;
  chat.generation = file.generation;
  chat.name = random_text(20);
  chat.description = random_text(20);
  chat.is_public = below(2) == 0;
  chat.owner = UserNo{static_cast<std::uint32_t>(below(100))};
  chat.users = static_cast<std::uint32_t>(below(100));
  chat.created_at = now_;
  Change change;
  auto& move = change.counters[tenant];
  move = {counters, counters};
  move.to.next_media = MediaNo{counters.next_media.value + 1};
  move.to.next_chat = ChatNo{counters.next_chat.value + 1};
  change.media.emplace(file.key, file);
  change.chats.emplace(chat.key, chat);
  return change;
}

bool Workload::spoil(Change& change, ModelStore const& model) {
  switch (below(8)) {
    case 0:
      if (change.counters.empty()) return false;
      change.counters.begin()->second.from.seq.value += 1;
      return true;
    case 1:
      if (change.batch_moves.empty()) return false;
      --change.batch_moves.begin()->second.from_revision;
      return true;
    case 2: {
      if (model.batches.empty()) return false;
      auto const& taken = *model.batches.begin();
      return change.new_batches.insert(taken).second;
    }
    case 3:
      if (model.slices.empty()) return false;
      change.slices.push_back(model.slices.begin()->second);
      return true;
    case 4: {
      if (model.receipts.empty()) return false;
      auto const& [key, read_at] = *model.receipts.begin();
      change.receipts.push_back({.batch = key.first, .user = key.second, .read_at = now_});
      return true;
    }
    case 5:
      if (model.media.empty()) return false;
      return change.media.insert(*model.media.begin()).second;
    case 6:
      if (model.events.empty()) return false;
      change.events.push_back(model.events.begin()->second.event);
      return true;
    default:
      for (auto& [key, use] : change.quota) {
        if (use.limit < 2) continue;  // 0 would be no limit
        --use.limit;
        return use.added > 0;
      }
      return false;
  }
}

}  // namespace carillon::testing
