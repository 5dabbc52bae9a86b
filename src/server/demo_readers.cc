#include "server/demo_readers.h"

#include <span>
#include <string_view>
#include <utility>

#include "json/writer.h"

namespace carillon::server {

namespace {

// A member of what POST /api/v1/sessions answers.
Result<std::string> ask_session(ApiClient& admin, std::string const& tenant_key,
                                std::string const& user_id, std::string_view member) {
  std::string body;
  json::Writer(body)
      .begin_object()
      .field("tenant_key", tenant_key)
      .field("user_id", user_id)
      .end_object();
  TRY(auto const answer, admin.call("POST", "/api/v1/sessions", body));
  return std::string(answer.root().find_present(member).value_or(json::Value()).string());
}

}  // namespace

Result<std::string> fetch_inbox_url(ApiClient& admin, std::string const& tenant_key,
                                    std::string const& user_id) {
  return ask_session(admin, tenant_key, user_id, "inbox_url");
}

Result<ApiClient> open_session(ApiClient& admin, ServerAddress const& address,
                               std::string const& tenant_key, std::string const& user_id) {
  TRY(auto token, ask_session(admin, tenant_key, user_id, "token"));
  return ApiClient::open(address, std::move(token));
}

Result<InboxView> look_into_inbox(ApiClient& person) {
  TRY(auto const answer, person.call("GET", "/api/v1/inbox?limit=50"));
  InboxView out;
  auto const messages = answer.root().find_present("messages").value_or(json::Value());
  for (auto const message : messages.elements()) {
    auto const text = [&](std::string_view name) {
      return std::string(message.find_present(name).value_or(json::Value()).string());
    };
    out.message_ids.push_back(text("message_id"));
    out.batch_ids.push_back(text("batch_id"));
  }
  return out;
}

SimulatedReaders::SimulatedReaders(ServerAddress address, std::string admin_token,
                                   std::string tenant_key, std::vector<std::string> user_ids,
                                   std::atomic<bool> const& stop)
    : address_(std::move(address)),
      admin_token_(std::move(admin_token)),
      tenant_key_(std::move(tenant_key)),
      user_ids_(std::move(user_ids)),
      stop_(stop) {}

SimulatedReaders::~SimulatedReaders() {
  next_ = user_ids_.size();
  for (auto& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

void SimulatedReaders::start(int threads) {
  running_ = threads;
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
}

Result<void> SimulatedReaders::finish() {
  for (auto& thread : threads_) thread.join();
  threads_.clear();
  if (failure_) return *failure_;
  return {};
}

void SimulatedReaders::work() {
  auto admin = ApiClient::open(address_, admin_token_);
  Result<void> done;
  if (!admin) done = admin.error();
  while (done && !stop_) {
    auto const index = next_++;
    if (index >= user_ids_.size()) break;
    done = read_some(*admin, index);
  }
  if (!done) {
    next_ = user_ids_.size();
    std::lock_guard const lock(mutex_);
    if (!failure_) failure_ = done.error();
  }
  --running_;
}

Result<void> SimulatedReaders::read_some(ApiClient& admin, std::size_t index) {
  TRY(auto person, open_session(admin, address_, tenant_key_, user_ids_[index]));
  TRY(auto const inbox, look_into_inbox(person));
  std::span<std::string const> ids = inbox.message_ids;
  if (index % 4 == 0) ids = ids.first(std::min<std::size_t>(ids.size(), 1));
  if (ids.empty()) return {};
  std::string body;
  json::Writer json(body);
  json.begin_object().begin_array("message_ids");
  for (auto const& id : ids) json.string(id);
  json.end_array().end_object();
  CHECK_OK(person.call("POST", "/api/v1/inbox/read", body));
  return {};
}

}  // namespace carillon::server
