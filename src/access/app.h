// An app: who sends. Its credentials, scopes, availability and where it is installed.
//
// Shape   A custom app belongs to one tenant and is installed there unless withdrawn; a store app
//         is installed in many. Deleted apps stay known, so that their tokens get the right error.
// Source  design.md section 3. Secrets are kept as keyed hashes; none can be read back.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "directory/numbers.h"

namespace carillon {

enum class AppKind : std::uint8_t { custom, store };

// Which of the two names of an app a secret goes with.
enum class SecretUse : std::uint8_t { app_id, app_key };

struct Secret {
  std::uint8_t version = 1;  // per use; part of every token made with it
  SecretUse use = SecretUse::app_id;
  std::array<std::uint8_t, 32> hash{};  // hash_secret()
  bool withdrawn = false;               // its tokens are refused too
  Time created_at{};

  friend bool operator==(Secret const&, Secret const&) = default;
};

struct Availability {
  bool all = true;
  std::vector<DepartmentNo> departments;  // with everyone below
  std::vector<UserNo> users;

  friend bool operator==(Availability const&, Availability const&) = default;
};

// What our own API tells of who read an app's batches.
enum class ReceiptPolicy : std::uint8_t { names, counts, off };

struct App {
  AppNo no;
  AppKind kind = AppKind::custom;
  std::string app_id;
  std::string name;
  TenantNo tenant;  // of a custom app
  DeveloperNo developer;
  bool bot = true;
  bool enabled = true;
  bool deleted = false;
  std::vector<std::string> scopes;
  Availability availability;
  ReceiptPolicy receipts = ReceiptPolicy::names;
  std::vector<std::string> ip_allow;  // addresses or CIDRs; empty: any
  std::string events_sealed;          // event_settings.h reads them
  bool event_url = false;             // they name a URL
  bool long_connection = false;       // it fetches its events by one, or did of late
  std::string app_key;                // a second name, with secrets of its own; empty: none
  std::int64_t agent_id = 0;          // the number that goes with it
  std::vector<Secret> secrets;

  bool has_scope(std::string_view scope) const;
  // Is there anybody to tell events to?
  bool listens() const { return enabled && !deleted && (event_url || long_connection); }
  // The secret of that use and version if its tokens are good.
  Secret const* find_secret(SecretUse use, std::uint8_t version) const;

  friend bool operator==(App const&, App const&) = default;
};

struct Installation {
  TenantNo tenant;
  AppNo app;
  bool installed = true;
  std::int64_t agent_id = 0;

  friend bool operator==(Installation const&, Installation const&) = default;
};

struct Developer {
  DeveloperNo no;
  std::string name;

  friend bool operator==(Developer const&, Developer const&) = default;
};

}  // namespace carillon
