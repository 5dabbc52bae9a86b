// The demo's simulated readers: a share of the people, each with a session token of their own, who
// open their inbox and read what is in it, all through the server's HTTP API.
//
// Shape   Every reader looks at their inbox; one in four reads the newest message only. Who reads
//         is a matter of their place in the list, so that each run is the same.
// Errors  The first failure ends all of them and comes out of finish().
#pragma once

#include <atomic>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/result.h"
#include "server/api_client.h"

namespace carillon::server {

// One person as the API sees them.
struct InboxView {
  std::vector<std::string> message_ids;  // newest first
  std::vector<std::string> batch_ids;
};

// The page that opens this person's inbox, good for one visitor; `admin` is the operator's.
Result<std::string> fetch_inbox_url(ApiClient& admin, std::string const& tenant_key,
                                    std::string const& user_id);
// A client that calls as this person.
Result<ApiClient> open_session(ApiClient& admin, ServerAddress const& address,
                               std::string const& tenant_key, std::string const& user_id);
Result<InboxView> look_into_inbox(ApiClient& person);

class SimulatedReaders {
 public:
  SimulatedReaders(ServerAddress address, std::string admin_token, std::string tenant_key,
                   std::vector<std::string> user_ids, std::atomic<bool> const& stop);
  ~SimulatedReaders();

  void start(int threads);
  bool running() const { return running_ != 0; }
  Result<void> finish();
  std::size_t readers() const { return user_ids_.size(); }

 private:
  void work();
  Result<void> read_some(ApiClient& admin, std::size_t index);

  ServerAddress address_;
  std::string admin_token_;
  std::string tenant_key_;
  std::vector<std::string> user_ids_;
  std::atomic<bool> const& stop_;
  std::atomic<std::size_t> next_{0};
  std::atomic<int> running_{0};
  std::mutex mutex_;
  std::optional<Error> failure_;
  std::vector<std::thread> threads_;
};

}  // namespace carillon::server
