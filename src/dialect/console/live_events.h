// The events of a live inbox as JSON, one a WebSocket message.
//
// Source  design.md section 5. A `message` event is byte for byte the same for everybody in a
//         slice; whoever has its `cursor`, or that of a later event, has heard of all up to it.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "channel/live/live_channel.h"
#include "crypto/crypto.h"
#include "dialect/console/cursors.h"
#include "engine/engine.h"

namespace carillon::console {

class LiveEvents final : public live::LiveFormat {
 public:
  LiveEvents(Engine const& engine, Key const& installation_key)
      : engine_(engine), cursors_(installation_key) {}

  std::string message(BatchRecord const& record, Seq seq, Time committed_at,
                      Content const& content) const override;
  std::string recall(BatchRecord const& record) const override;
  std::string read(TenantNo tenant, std::span<BatchNo const> batches) const override;
  // All up to here was told: the connection is live.
  std::string ready(TenantNo tenant, Seq seq) const;
  // Too much happened to tell it one by one: the inbox is to be fetched anew.
  std::string resync(TenantNo tenant, Seq seq) const;

  std::string cursor(TenantNo tenant, Seq seq) const;
  // Errors  invalid_field.
  Result<Seq> read_cursor(TenantNo tenant, std::string_view text) const;

 private:
  std::string bare(std::string_view type, TenantNo tenant, Seq seq) const;

  Engine const& engine_;
  Cursors const cursors_;
};

}  // namespace carillon::console
