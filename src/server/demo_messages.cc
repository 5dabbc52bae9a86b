#include "server/demo_messages.h"

#include <utility>

#include "json/writer.h"

namespace carillon::server {
namespace {

// The examples of the page "batch_send", with its ids, tabs and line ends.
char const kText[] = R"json({
    "department_ids": [
        "3dceba33a33226",
        "d502aaa9514059"
    ],
    "open_ids": [
        "ou_18eac85d35a26f989317ad4f02e8bbbb",
        "ou_461cf042d9eedaa60d445f26dc747d5e"
    ],
    "user_ids": [
        "7cdcc7c2",
        "ca51d83b"
    ],
    "union_ids": [
         "on_cad4860e7af114fb4ff6c5d496d1dd76",
         "on_gdcq860e7af114fb4ff6c5d496dabcet"
    ],
    "msg_type": "text",
    "content": {
        "text": "test content"
    }
})json";

char const kPost[] = R"json({
	"open_ids": [
		"ou_a18fe85d22e7633852d8104226e99eac",
		"ou_9204a37300b3700d61effaa439f34295"
	],
	"department_ids": [
		"od-5b91c9affb665451a16b90b4be367efa"
	],
	"msg_type": "post",
	"content": {
		"post":{
			"zh_cn": {
				"title": "我是一个标题",
				"content": [
					[{
						"tag": "text",
						"text": "第一行"
					},
					{
						"tag": "a",
						"href": "http://www.larksuite.com",
						"text": "Lark"
					}
					]
				]
			},
			"en_us": {
				"title": "I am a title",
				"content": [
					[{
						"tag": "text",
					"text": "first line"
					},
					{
						"tag": "a",
						"href": "http://www.larksuite.com",
						"text": "Lark"
					}
					]
				]
			}
		}
	}
})json";

char const kImage[] = R"json({
    "open_ids": [
        "ou_a18fe85d22e7633852d8104226e99eac",
        "ou_9204a37300b3700d61effaa439f34295"
    ],
    "department_ids": [
        "od-5b91c9affb665451a16b90b4be367efa"
    ],
    "msg_type": "image",
    "content": {
        "image_key": "img_v2_8e5a80ec-4d94-4bb2-84d5-e25d6c28dacj"
    }
})json";

char const kChat[] = R"json({
    "open_ids": [
        "ou_a18fe85d22e7633852d8104226e99eac",
        "ou_9204a37300b3700d61effaa439f34295"
    ],
    "department_ids": [
        "od-5b91c9affb665451a16b90b4be367efa"
    ],
    "msg_type": "share_chat",
    "content": {
        "share_chat_id": "oc_84983ff6516d731e5b5f68d4ea2e1da5"
    }
})json";

char const kCard[] = R"json({
	"open_ids": [
		"ou_a18fe85d22e7633852d8104226e99eac",
		"ou_9204a37300b3700d61effaa439f34295"
	],
	"department_ids": [
		"od-5b91c9affb665451a16b90b4be367efa"
	],
	"msg_type": "interactive",
	"card": {
		"config": {
			"wide_screen_mode": true
		},
		"elements": [
		{
			"tag": "div",
			"fields": [
			{
				"is_short": true,
				"text": {
					"tag": "lark_md",
					"content": "**🗳工单来源：**\n报事报修"
				}
			},
			{
				"is_short": true,
				"text": {
					"tag": "lark_md",
					"content": "**📝工单类型：**\n客服工单"
				}
			}
			]
		}
		],

"header": {
			"template": "turquoise",
			"title": {
				"content": "📚晒挚爱好书，赢读书礼金",
				"tag": "plain_text"
			}
		}
	}
})json";

char const kTemplate[] = R"json({
	"open_ids": [
		"ou_a18fe85d22e7633852d8104226e99eac",
		"ou_9204a37300b3700d61effaa439f34295"
	],
	"department_ids": [
		"od-5b91c9affb665451a16b90b4be367efa"
	],
	"msg_type": "interactive",
	"card": {
        "type": "template", 
        "data": { 
            "template_id": "ctp_xxxxxx",
            "template_variable": {
              "var_xxx": "xxxxxx"
            }
        }
	}
})json";

std::string to_departments(std::vector<std::string> const& departments, std::string_view text) {
  std::string out;
  json::Writer json(out);
  json.begin_object().begin_array("department_ids");
  for (auto const& id : departments) json.string(id);
  json.end_array().field("msg_type", "text");
  json.begin_object("content").field("text", text).end_object().end_object();
  return out;
}

}  // namespace

std::vector<DemoMessage> demo_messages(DemoOrganisation const& organisation) {
  auto const* app = &organisation.everywhere;
  return {
      {"text", app, kText},
      {"post", app, kPost},
      {"image", app, kImage},
      {"share_chat", app, kChat},
      {"card", app, kCard},
      {"card template", app, kTemplate},
      {"text, app for Sales", &organisation.sales_only,
       to_departments({"3dceba33a33226", "d502aaa9514059"},
                      "季度目标已更新 The targets of the quarter are out")},
      {"text to everybody", app,
       to_departments(organisation.top_departments,
                      "全体通知：周五下午三点举行全员大会。 All hands on Friday, 3 pm.")},
  };
}

DemoMessage demo_work_notification(DemoOrganisation const& organisation, std::string_view time) {
  std::string out;
  json::Writer json(out);
  json.begin_object().field("agent_id", organisation.everywhere.agent_id);
  json.field("to_all_user", true);
  json.begin_object("msg").field("msgtype", "oa").begin_object("oa");
  json.field("message_url", "http://dingtalk.com");
  json.begin_object("head").field("bgcolor", "FFBBBBBB").field("text", "头部标题").end_object();
  json.begin_object("body").field("title", "正文标题").begin_array("form");
  json.begin_object().field("key", "姓名:").field("value", "张三").end_object();
  json.begin_object().field("key", "时间 Time:").field("value", time).end_object();
  json.end_array().begin_object("rich").field("num", "15.6").field("unit", "元").end_object();
  json.field("content", "大段文本大段文本").field("author", "李四").end_object();
  json.end_object().end_object().end_object();
  return {"work notification", &organisation.everywhere, std::move(out)};
}

}  // namespace carillon::server
