#include "core/add_chat.h"

#include <algorithm>
#include <utility>

#include "core/send_batch.h"

namespace carillon {

Result<Decided<AppChat>> add_chat(View& view, AddChat const& command) {
  auto const organisation = view.organisation();
  CHECK_OK(check_app(*organisation, command.tenant, organisation->apps->find(command.app), true));
  if (view.low_disk()) return fail(Errc::low_disk, "the disk of the server is nearly full");

  auto const before = view.counters(command.tenant);
  auto after = before;
  after.next_chat = ChatNo{before.next_chat.value + 1};
  Decided<AppChat> out;
  out.answer = command.chat;
  out.answer.key = {command.tenant, before.next_chat};
  out.answer.app = command.app;
  out.answer.generation = view.generation();
  out.answer.created_at = view.now();
  out.change.counters[command.tenant] = {before, after};
  out.change.chats.emplace(out.answer.key, out.answer);
  return out;
}

std::string chat_id_hex(IdSealer const& ids, AppChat const& chat) {
  return ids.seal({IdKind::chat, chat.generation, chat.key.tenant.value, chat.key.chat.value, 0});
}

std::string dialogue_id_hex(IdSealer const& ids, TenantNo tenant, AppNo app, UserNo user,
                            std::uint8_t generation) {
  return ids.seal({IdKind::dialogue, generation, tenant.value, app.value, user.value});
}

Result<AppChat> find_chat_of_tenant(IdSealer const& ids, TenantNo tenant, std::string_view chat_id,
                                    FindChat const& find) {
  constexpr std::size_t kHexDigits = 32;
  auto const hex = chat_id.substr(chat_id.size() - std::min(chat_id.size(), kHexDigits));
  auto const at = ids.unseal(IdKind::chat, hex);
  if (!at || at->tenant != tenant.value) return fail(Errc::chat_unknown, std::string(chat_id));
  TRY(auto chat, find({tenant, ChatNo{at->major}}));
  if (!chat || chat->generation != at->generation) {
    return fail(Errc::chat_unknown, std::string(chat_id));
  }
  return *std::move(chat);
}

Result<AppChat> find_app_chat(IdSealer const& ids, TenantNo tenant, AppNo app,
                              std::string_view chat_id, FindChat const& find) {
  TRY(auto chat, find_chat_of_tenant(ids, tenant, chat_id, find));
  if (chat.app != app) return fail(Errc::chat_unknown, std::string(chat_id));
  return chat;
}

}  // namespace carillon
