// Accepting a batch: the promise that is made when a sending call is answered.
//
// Shape   One durable change: the batch with its sets, the quota it used, the answered call.
//         A command may bring limits of flow control; it is accepted all the same, and whom they
//         keep back is excluded, with the reason. Deciding happens in the writer's group, so two
//         commands at once never both pass a limit.
//         A reminder goes to whoever has another batch and has not read it at that instant.
//         preview_batch() decides the same and writes nothing.
// Source  design.md section 2.1. The audience is a snapshot: later joiners are not included.
// Errors  app_deleted, app_disabled, app_not_installed, bot_off, send_scope_missing,
//         user_scope_missing, department_scope_missing, image_unknown, chat_unknown,
//         mention_all_forbidden, quota_exhausted, key_reused, low_disk; of a reminder batch_unknown
//         and batch_state: the other batch was recalled.
// Cost    Microseconds for a few people; about a millisecond for a million.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "audience/audience.h"
#include "batch/content.h"
#include "core/view.h"

namespace carillon {

// The rights by which a dialect lets an app send; scope names are the dialect's own words, and
// where it has none every app may.
struct SendRights {
  std::vector<std::string> any_to_send;  // one of them
  std::string to_users;                  // empty: none is asked for
  std::string to_departments;            // likewise
  bool by_bot = true;                    // only apps whose bot is on
};

struct SendBatch {
  TenantNo tenant;
  AppNo app;
  BatchKind kind = BatchKind::bulk;
  AudienceRequest audience;
  Content content;
  std::vector<std::string> image_keys;   // that the content shows: imported, or the app's own
  MediaUse files_are = MediaUse::image;  // what the app must have uploaded them as
  std::string chat_id;                   // that the content shares: imported, or the app's own
  bool mentions_all = false;
  std::uint64_t daily_recipients = 0;  // of the app in the tenant's day; 0: no limit
  FlowLimits flow{};                   // whom they keep back is excluded; needs content.hash
  std::string idempotency_key;         // empty: none
  std::chrono::hours key_kept{24};     // for how long it gets the same answer
  std::string body_hash;               // what must be equal when the key is used again
  Time send_at{};                      // when it joins its app's queue; past: at once
  BatchNo reminds;                     // to the unread of this one instead of an audience
};

struct SendBatchAnswer {
  BatchKey key;
  std::uint8_t generation = 0;
  InvalidIds invalid;
  std::uint32_t valid = 0;
};

// Is the app in use in that tenant, and if it acts by its bot, with that on?
// Errors  app_deleted, app_disabled, app_not_installed, bot_off.
Result<void> check_app(Organisation const& organisation, TenantNo tenant, App const* app,
                       bool by_bot);

// May this app, as it is now, send to these kinds of targets? Also asked before the content is
// looked at, so that rights are judged first.
Result<void> check_sender(Organisation const& organisation, TenantNo tenant, App const* app,
                          AudienceRequest const& audience, SendRights const& rights);

Result<Decided<SendBatchAnswer>> send_batch(View& view, SendBatch const& command,
                                            SendRights const& rights);

// What send_batch would decide now.
struct BatchPreview {
  std::uint64_t named = 0;  // of the audience: active or not
  std::uint32_t valid = 0;
  std::uint32_t deliverable = 0;
  std::uint32_t unavailable = 0;
  std::array<std::uint32_t, kFlowRules> withheld{};
  InvalidIds invalid;
};
// Errors  those of send_batch but for quota_exhausted and key_reused, which the hour decides.
Result<Decided<BatchPreview>> preview_batch(View& view, SendBatch const& command,
                                            SendRights const& rights);

}  // namespace carillon
