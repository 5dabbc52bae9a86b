#include "dialect/dingtalk/update_status_bar.h"

#include <utility>

#include "core/replace_content.h"
#include "dialect/dingtalk/task_call.h"

namespace carillon::dingtalk {
namespace {

constexpr std::string_view kBar = "status_bar";
constexpr std::string_view kBackground = "status_bg";

}  // namespace

Result<std::string> with_status(std::string_view oa_json, std::string_view value,
                                std::optional<std::string> const& background) {
  TRY(auto const document, json::parse_json(oa_json));
  auto const bar = document.root().find_present(kBar);
  if (!bar) return fail(Errc::invalid_field, "the message has no status bar");
  auto const known = bar->find_present(kBackground);
  std::string out;
  json::Writer writer(out);
  writer.begin_object();
  for (auto const [key, member] : document.root().members()) {
    if (key != kBar) writer.key(key).raw(json::minified(member));
  }
  writer.begin_object(kBar).field("status_value", value);
  if (background) {
    writer.field(kBackground, *background);
  } else if (known) {
    writer.key(kBackground).raw(json::minified(*known));
  }
  writer.end_object().end_object();
  return out;
}

Result<void> update_status_bar(Context& context, Call& call, Answer const& answer) {
  std::chrono::hours const window(context.settings.result_hours);
  TRY(auto const record,
      find_callers_task(context, call.caller, call.parameters, "task_id", window));
  TRY(auto value, call.parameters.text("status_value"));
  TRY(auto background, call.parameters.find_text(kBackground));
  return read_and_answer(
      context, answer,
      [&context, key = record.key, value = std::move(value), background = std::move(background),
       answer](Reader& reader) -> Result<void> {
        TRY(auto const stored, reader.find_batch(key));
        if (!stored || stored->content.msg_type != "oa") return fail(Errc::batch_unknown);
        TRY(auto json, with_status(stored->content.json, value, background));
        ReplaceContent const command{key, std::move(json)};
        context.engine.write<Nothing>(
            [command](View& view) { return replace_content(view, command); },
            [answer](Result<Nothing> done) { done ? answer.ok() : answer.fail(done.error()); });
        return {};
      });
}

}  // namespace carillon::dingtalk
