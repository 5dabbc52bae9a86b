#include "server/demo_guide.h"

#include <utility>

namespace carillon::server {
namespace {

// Pasted into a shell as it stands; {NAMES} are filled in.
constexpr std::string_view kCurl = R"sh(BASE={URL}
TOKEN=$(curl -s $BASE/open-apis/auth/v3/tenant_access_token/internal \
  -H 'Content-Type: application/json; charset=utf-8' \
  -d '{"app_id":"{APP}","app_secret":"{SECRET}"}' |
  sed 's/.*"tenant_access_token":"\([^"]*\)".*/\1/')

curl -sw '\n' $BASE/open-apis/message/v4/batch_send/ -H "Authorization: Bearer $TOKEN" \
  -H 'Content-Type: application/json; charset=utf-8' \
  -d '{"department_ids":["marketing"],"user_ids":["7cdcc7c2"],
       "msg_type":"text","content":{"text":"Hello"}}'
curl -sw '\n' $BASE/open-apis/im/v1/batch_messages/{BATCH}/get_progress \
  -H "Authorization: Bearer $TOKEN"
curl -sw '\n' $BASE/open-apis/im/v1/batch_messages/{BATCH}/read_user \
  -H "Authorization: Bearer $TOKEN"
curl -sw '\n' -X DELETE $BASE/open-apis/im/v1/batch_messages/{BATCH} \
  -H "Authorization: Bearer $TOKEN")sh";

constexpr std::string_view kDingtalk = R"sh(BASE={URL}
TOKEN=$(curl -s "$BASE/gettoken?appkey={KEY}&appsecret={KEY_SECRET}" |
  sed 's/.*"access_token":"\([^"]*\)".*/\1/')
curl -sw '\n' "$BASE/topapi/message/corpconversation/asyncsend_v2?access_token=$TOKEN" \
  -d agent_id={AGENT} -d userid_list=7cdcc7c2 -d dept_id_list=1 \
  -d 'msg={"msgtype":"text","text":{"content":"Hello"}}'
curl -sw '\n' "$BASE/topapi/message/corpconversation/getsendprogress?access_token=$TOKEN" \
  -d agent_id={AGENT} -d task_id=THE_TASK_ID)sh";

constexpr std::string_view kNode = R"sh(npm install @larksuiteoapi/node-sdk
cat > hello.js <<'END'
const lark = require('@larksuiteoapi/node-sdk');
const client = new lark.Client({
  appId: '{APP}', appSecret: '{SECRET}', domain: '{URL}',
});
(async () => {
  const sent = await client.request({
    method: 'POST', url: '/open-apis/message/v4/batch_send/',
    data: { department_ids: ['marketing'], msg_type: 'text', content: { text: 'Hello from Node' } },
  });
  console.log(sent);
  const path = { batch_message_id: sent.data.message_id };
  console.log(await client.im.v1.batchMessage.getProgress({ path }));
  console.log(await client.im.v1.batchMessage.readUser({ path }));
})();
END
node hello.js)sh";

constexpr std::string_view kOperator = R"sh({CARILLON} app list --server {URL}
CARILLON_APP_SECRET={SECRET} \
  {CARILLON} send --server {URL} --app-id {APP} \
  --to-departments finance --text 'Hello' --wait
{CARILLON} watch {BATCH} --server {URL}
{CARILLON} doctor --data {DATA}
curl -sw '\n' {URL}/api/v1/batches \
  -H "Authorization: Bearer $CARILLON_ADMIN_TOKEN"
curl -sw '\n' {URL}/api/v1/sessions \
  -H "Authorization: Bearer $CARILLON_ADMIN_TOKEN" \
  -d '{"tenant_key":"demo","user_id":"7cdcc7c2"}'
curl -s {URL}/metrics)sh";

std::string filled(std::string_view text, DemoGuide const& guide, DemoApp const& app) {
  std::string out(text);
  auto const agent = std::to_string(app.agent_id);
  std::pair<std::string_view, std::string const*> const values[] = {
      {"{KEY}", &app.app_key},
      {"{KEY_SECRET}", &app.key_secret},
      {"{AGENT}", &agent},
      {"{URL}", &guide.url},
      {"{APP}", &app.id},
      {"{SECRET}", &app.secret},
      {"{CARILLON}", &guide.program},
      {"{BATCH}", &guide.batch_id},
      {"{DATA}", &guide.data_folder}};
  for (auto const& [name, value] : values) {
    for (auto at = out.find(name); at != std::string::npos; at = out.find(name, at)) {
      out.replace(at, name.size(), *value);
      at += value->size();
    }
  }
  return out;
}

}  // namespace

void print_guide(Screen& screen, DemoGuide const& guide, DemoOrganisation const& organisation) {
  screen.heading("Go on by hand");
  screen.line("base URL      " + guide.url);
  for (auto const* app : {&organisation.everywhere, &organisation.sales_only}) {
    screen.line("app           " + padded(app->id, 16) + "secret " + padded(app->secret, 20) +
                app->name);
  }
  screen.line("tenant_key    " + organisation.tenant_key);
  screen.line("data          " + guide.data_folder);

  screen.heading("curl");
  screen.line(filled(kCurl, guide, organisation.everywhere));
  screen.heading("curl, as a client of DingTalk");
  screen.line(filled(kDingtalk, guide, organisation.everywhere));
  screen.heading("Node, with the official SDK");
  screen.line(filled(kNode, guide, organisation.everywhere));
  screen.heading("As the operator");
  if (!guide.token_from_environment) {
    screen.line("export CARILLON_ADMIN_TOKEN=$(cat " + guide.data_folder + "/admin.token)");
  }
  screen.line(filled(kOperator, guide, organisation.everywhere));

  // Last, so that it is what one sees.
  screen.heading("In the browser");
  screen.line("inbox of " + guide.inbox_of + ":  " + screen.bold(guide.inbox_url));
  screen.line("console:            " + screen.bold(guide.console_url));
}

}  // namespace carillon::server
