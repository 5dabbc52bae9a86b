// GET /api/v1/tenants/{tenant_key}/users/{user_id}/export and POST .../erase: what is held on one
// person, shown and erased.
//
// Shape   The export is the profile, the browsers that are pushed to, and a page of messages,
//         newest first; a recalled message is named without its content (I6). Erasing first
//         empties, some at a time, what went to this person only, then the person's own row; a
//         crash in between leaves what can be erased again. Resigned people can be exported and
//         erased as well.
// Errors  not_found: no such person, or erased already; import_running.
// Cost    The export reads a page of an inbox; erasing reads all of it: a reader thread.

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/erase_person.h"
#include "dialect/console/callers.h"
#include "dialect/console/cursors.h"
#include "dialect/console/directory_json.h"
#include "dialect/console/endpoint.h"
#include "dialect/console/endpoints.h"
#include "dialect/console/fields.h"
#include "dialect/console/ids.h"
#include "dialect/console/push_json.h"
#include "dialect/console/times.h"
#include "inbox/inbox.h"
#include "json/writer.h"

namespace carillon::console {
namespace {

constexpr std::size_t kErasePage = 200;  // messages looked at, or emptied, at once

struct Subject {
  std::shared_ptr<Organisation const> organisation;
  Directory const* directory;
  Person person;
};

Result<Subject> find_subject(Context const& context, http::Request const& request) {
  TRY(auto caller, require_operator(context, request));
  TRY(auto const* directory, get_tenant(*caller.organisation, request.params.at(0)));
  auto const user = directory->find_user(request.params.at(1));
  if (!user || is_erased(*directory, *user)) return fail(Errc::not_found, "no such person");
  return Subject{std::move(caller.organisation), directory, {directory->tenant().no, *user}};
}

// Everything the person has, recalled messages too.
Result<InboxPage> read_all(Context& context, Reader& reader, InboxQuery const& query) {
  auto const find = [&](BatchKey const& key) {
    auto record = context.engine.find_batch(key);
    if (record) record->recalled_at = Time{};
    return record;
  };
  return read_inbox(reader, reader, context.block_logs, find, query);
}

void append_ids(json::Writer& json, Context const& context, Subject const& subject) {
  auto const& apps = *subject.organisation->apps;
  auto const& ids = context.engine.ids();
  json.begin_array("union_ids");
  for (auto const& developer : apps.developers()) {
    json.begin_object()
        .field("developer", developer.name)
        .field("union_id", subject.directory->union_id(developer.no, subject.person.user, ids))
        .end_object();
  }
  json.end_array().begin_array("open_ids");
  for (auto const& app : apps.apps()) {
    if (!app.no || !apps.installed(subject.person.tenant, app.no)) continue;
    json.begin_object()
        .field("app_id", app.app_id)
        .field("open_id", subject.directory->open_id(app.no, subject.person.user, ids))
        .end_object();
  }
  json.end_array();
}

// What is set; values are told as they are kept.
void append_details(json::Writer& json, Directory const& directory, UserDetails const& details) {
  auto const text = [&](std::string_view name, std::string const& value) {
    if (!value.empty()) json.field(name, value);
  };
  json.begin_object("details");
  text("english_name", details.english_name);
  text("nickname", details.nickname);
  if (details.gender != 0) json.field("gender", int{details.gender});
  if (details.mobile_hidden) json.field("mobile_hidden", true);
  text("avatar", details.avatar);
  if (details.leader && directory.has_user(details.leader)) {
    json.field("leader", directory.user_id(details.leader));
  }
  text("city", details.city);
  text("country", details.country);
  text("workplace", details.workplace);
  if (details.joined_at != 0) json.field("joined_at", details.joined_at);
  text("employee_no", details.employee_no);
  if (details.employment != 0) json.field("employment", int{details.employment});
  text("work_email", details.work_email);
  text("job_title", details.job_title);
  text("remark", details.remark);
  if (!details.places.empty()) {
    json.begin_array("places");
    for (auto const& place : details.places) {
      if (!directory.has_department(place.department)) continue;
      json.begin_object()
          .field("department_id", department_id(directory, place.department))
          .field("user_order", place.user_order)
          .field("department_order", place.department_order)
          .field("primary", place.primary)
          .field("leads", place.leads)
          .end_object();
    }
    json.end_array();
  }
  if (!details.extensions.empty()) {
    json.begin_object("extensions");
    for (auto const& [name, value] : details.extensions) json.key(name).raw(value);
    json.end_object();
  }
  json.end_object();
}

void append_profile(json::Writer& json, Context const& context, Subject const& subject,
                    UserDetails const& details) {
  auto const row = subject.directory->user(subject.person.user);
  json.begin_object("profile")
      .field("tenant_key", subject.directory->tenant().tenant_key)
      .field("user_id", row.user_id)
      .field("name", row.name)
      .field("email", row.email)
      .field("mobile", row.mobile)
      .field("active", row.active);
  append_departments_of(json, *subject.directory, subject.person.user);
  append_ids(json, context, subject);
  append_details(json, *subject.directory, details);
  json.end_object();
}

void append_message(json::Writer& json, Context const& context, Subject const& subject,
                    InboxMessage const& message) {
  auto const* app = subject.organisation->apps->find(message.record.app);
  json.begin_object()
      .field("message_id", message_id(context.engine.ids(), message.record, subject.person.user))
      .field("batch_id", batch_id(context.engine.ids(), message.record));
  json.begin_object("app")
      .field("app_id", app ? std::string_view(app->app_id) : "")
      .field("name", app ? std::string_view(app->name) : "")
      .end_object();
  // Asked after the content was read, so that nothing recalled is shown.
  auto const now = context.engine.find_batch(message.record.key);
  json.field("msg_type", message.content.msg_type).key("content");
  json.raw(!now || now->recall_requested() ? std::string_view("null") : message.content.json);
  append_time(json, "sent_at", message.entry.committed_at);
  append_time(json, "read_at", message.read_at);
  json.end_object();
}

Result<void> export_person(Context& context, http::Request const& request, Answer answer) {
  TRY(auto subject, find_subject(context, request));
  auto const [tenant, user] = subject.person;
  InboxQuery query{.tenant = tenant, .user = user, .before = {}, .limit = 0};
  TRY(query.limit, read_limit(request, kPageUsual, context.settings.page_max));
  Cursors const cursors(context.installation_key);
  if (auto const cursor = request.query_param("cursor"); !cursor.empty()) {
    TRY(auto const seq, cursors.unseal(CursorKind::person, user.value, cursor));
    query.before = Seq{seq};
  }
  return read_and_answer(
      context, answer,
      [&context, subject = std::move(subject), query, cursors,
       answer](Reader& reader) -> Result<void> {
        TRY(auto const details, reader.user_details(query.tenant, std::array{query.user}));
        TRY(auto const push, reader.find_push({query.tenant, query.user}));
        TRY(auto const page, read_all(context, reader, query));
        std::string out;
        json::Writer json(out);
        json.begin_object();
        append_profile(json, context, subject, details.front());
        json.key("push").raw(render_push(context, query.tenant, push, PushDetail::operators));
        json.begin_array("messages");
        for (auto const& message : page.messages) {
          append_message(json, context, subject, message);
        }
        json.end_array().key("next");
        if (page.next) {
          json.string(cursors.seal(CursorKind::person, query.user.value, page.next.value));
        } else {
          json.null();
        }
        json.end_object();
        answer.json(std::move(out));
        return {};
      });
}

// The messages that went to this person and nobody else.
Result<std::vector<BatchNo>> own_messages(Context& context, Reader& reader, Person const& person) {
  std::vector<BatchNo> out;
  InboxQuery query{person.tenant, person.user, Seq{}, kErasePage};
  do {
    TRY(auto const page, read_all(context, reader, query));
    for (auto const& message : page.messages) {
      if (message.record.valid == 1) out.push_back(message.record.key.batch);
    }
    query.before = page.next;
  } while (query.before);
  return out;
}

// Step by step, the last messages first; the person once none is left.
void erase_on(Context& context, Person const& person, std::vector<BatchNo> left,
              Answer const& answer) {
  if (left.empty()) {
    context.engine.write<std::string>(
        [person](View& view) { return erase_person(view, person); },
        [answer](Result<std::string> erased) {
          if (!erased) return answer.fail(erased.error());
          std::string out;
          json::Writer json(out);
          json.begin_object().field("erased", true).field("user_id", *erased).end_object();
          answer.json(std::move(out));
        });
    return;
  }
  auto const keep = left.size() - std::min(left.size(), kErasePage);
  std::vector<BatchNo> const some(left.begin() + static_cast<std::ptrdiff_t>(keep), left.end());
  left.resize(keep);
  context.engine.write<Nothing>(
      [person, some](View& view) { return erase_messages(view, person, some); },
      [&context, person, left = std::move(left), answer](Result<Nothing> done) mutable {
        if (!done) return answer.fail(done.error());
        erase_on(context, person, std::move(left), answer);
      });
}

Result<void> erase(Context& context, http::Request const& request, Answer answer) {
  TRY(auto const subject, find_subject(context, request));
  return read_and_answer(
      context, answer, [&context, person = subject.person, answer](Reader& reader) -> Result<void> {
        TRY(auto own, own_messages(context, reader, person));
        erase_on(context, person, std::move(own), answer);
        return {};
      });
}

}  // namespace

void add_person(http::Router& router, Context& context) {
  using enum http::Method;
  std::string const user = "/api/v1/tenants/:tenant_key/users/:user_id";
  router.add(make_route(context, get, user + "/export", export_person));
  router.add(make_route(context, post, user + "/erase", erase));
}

}  // namespace carillon::console
