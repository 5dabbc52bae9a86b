// Throws mutated bytes at every parser that meets a stranger, for some seconds:
//
//   fuzz_parsers [SECONDS] [SEED]
//
// A finding is a crash, a sanitizer's report, or a broken promise checked below. The corpus are the
// seeds of each parser; run it under ASan and UBSan (`make fuzz`) for long rounds.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "access/address.h"
#include "channel/webhook/webhooks.h"
#include "crypto/sealed_id.h"
#include "dialect/dingtalk/form.h"
#include "dialect/dingtalk/message.h"
#include "dialect/dingtalk/parameters.h"
#include "dialect/feishu/batch_send.h"
#include "dialect/feishu/content.h"
#include "dialect/feishu/ids.h"
#include "dialect/feishu/long_frames.h"
#include "http/multipart.h"
#include "http/websocket_frames.h"
#include "json/reader.h"
#include "json/writer.h"
#include "media/file_type.h"
#include "people/user_set.h"
#include "tests/unit/http/websocket_client.h"

namespace {

using namespace carillon;

[[noreturn]] void finding(char const* what, std::string const& input) {
  std::printf("FINDING %s, input as hex:\n", what);
  for (unsigned char const c : input) std::printf("%02x", c);
  std::printf("\n");
  std::exit(1);
}

struct Target {
  char const* name;
  std::vector<std::string> corpus;
  std::function<void(std::string const&)> run;
};

void fuzz_json(std::string const& input) {
  auto const document = json::parse_json(input);
  if (!document) return;
  auto const once = json::minified(document->root());
  auto const again = json::parse_json(once);
  if (!again || json::minified(again->root()) != once) finding("minified JSON changes", input);
}

void fuzz_batch_send(std::string const& input) {
  auto const document = json::parse_json(input);
  if (!document) return;
  auto const fields = feishu::parse_batch_send(document->root());
  if (!fields) return;
  auto const& lists = fields->audience;
  if (lists.open_ids.size() > feishu::kListMax || lists.user_ids.size() > feishu::kListMax) {
    finding("a list over its limit was taken", input);
  }
  (void)feishu::read_message(fields->type, fields->content);
}

void fuzz_form(std::string const& input) {
  if (!json::parse_json(dingtalk::form_as_json(input))) finding("a form is not JSON", input);
}

// A classic call: its body and its query are both whatever comes.
void fuzz_parameters(std::string const& input) {
  http::Request request;
  request.body = input;
  request.query = std::string_view(input).substr(input.size() / 2);
  auto parameters = dingtalk::Parameters::read(request);
  if (!parameters) return;
  (void)parameters->number("agent_id");
  (void)parameters->flag("to_all_user", false);
  auto const users = parameters->list("userid_list");
  if (users && std::find(users->begin(), users->end(), "") != users->end()) {
    finding("an empty id was taken", input);
  }
  auto const msg = parameters->find_object("msg");
  if (!msg || !*msg) return;
  auto const read = dingtalk::read_message(**msg);
  auto const* message = std::get_if<dingtalk::Message>(&read);
  if (message == nullptr) return;
  auto const kept = json::parse_json(message->json);
  if (!kept) finding("a message is kept as something else than JSON", input);
  auto const again = dingtalk::read_message(message->type, kept->root());
  auto const* same = std::get_if<dingtalk::Message>(&again);
  if (same == nullptr || same->hash != message->hash) finding("a message changes", input);
}

void fuzz_user_set(std::string const& input) {
  auto const set = UserSet::read_safe(input);
  if (!set) return;
  auto const people = set->list(0, 5000);
  for (std::size_t i = 1; i < people.size(); ++i) {
    if (people[i] <= people[i - 1]) finding("a set out of order was taken", input);
  }
  (void)set->bytes();
}

void fuzz_ids(std::string const& input) {
  static IdSealer const ids{Key{1}};
  (void)feishu::parse_batch_id(input);
  (void)ids.unseal(IdKind::batch, input);
  (void)is_address_pattern(input);
  (void)address_allowed({"10.0.0.0/8"}, input);
}

void fuzz_writer(std::string const& input) {
  std::string out;
  json::append_quoted(out, input);
  if (!json::parse_json(out)) finding("a quoted string is not JSON", input);
}

// What a WebSocket's reader made of the bytes: the same, however they were cut.
class FramesHeard final : public http::FrameReceiver {
 public:
  void on_message(http::MessageKind kind, std::string_view payload) override {
    add(kind == http::MessageKind::text ? 't' : 'b', payload);
    http::Utf8Check check;
    bool const is_text = check.take(payload) && check.complete();
    if (kind == http::MessageKind::text && !is_text) bad_text = true;
    longest = std::max(longest, payload.size());
  }
  void on_ping(std::string_view payload) override { add('p', payload); }
  void on_pong(std::string_view payload) override { add('q', payload); }
  void on_peer_close(std::uint16_t code, std::string_view reason) override {
    add('c', std::to_string(code) + std::string(reason));
  }
  void add(char what, std::string_view payload) {
    said.push_back(what);
    said += std::to_string(payload.size()) + ":";
    said.append(payload);
  }
  std::string said;
  std::size_t longest = 0;
  bool bad_text = false;
};

void fuzz_websocket(std::string const& input) {
  constexpr std::uint32_t kMessageBytesMax = 300;
  std::string first;
  for (std::size_t const piece : {input.size() + 1, std::size_t{1}, std::size_t{5}}) {
    http::FrameReader reader(kMessageBytesMax);
    FramesHeard heard;
    auto bytes = input;
    std::uint16_t code = 0;
    for (std::size_t at = 0; at < bytes.size() && code == 0; at += piece) {
      code = reader.take(bytes.data() + at, std::min(piece, bytes.size() - at), heard);
    }
    if (heard.longest > kMessageBytesMax) finding("a message over its limit", input);
    if (heard.bad_text) finding("text that is not UTF-8", input);
    auto const outcome = heard.said + "=" + std::to_string(code);
    if (first.empty()) first = outcome;
    if (outcome != first) finding("frames read otherwise in other pieces", input);
  }
}

struct PartsAsText final : http::PartReceiver {
  std::string text;
  Result<void> part(http::PartHead&& head) override {
    text += "[" + head.name + "|" + head.file_name + "]";
    return {};
  }
  Result<void> data(std::string_view bytes) override {
    text += bytes;
    return {};
  }
  Result<void> part_end() override {
    text += "[end]";
    return {};
  }
};

// The pieces in which a body comes must make no difference.
void fuzz_multipart(std::string const& input) {
  auto const read = [&](std::size_t piece) {
    PartsAsText parts;
    http::MultipartParser parser("B", parts);
    for (std::size_t at = 0; at < input.size(); at += piece) {
      if (!parser.append(std::string_view(input).substr(at, piece))) return std::string("refused");
    }
    return parts.text + (parser.finished() ? "." : "");
  };
  auto const whole = read(input.size() + 1);
  auto const complete = whole.ends_with('.') || whole == "refused";
  for (std::size_t const piece : {1, 2, 3, 7, 64}) {
    // What an unfinished part has handed on so far depends on the pieces.
    if (complete && read(piece) != whole) finding("a multipart body depends on its pieces", input);
  }
  (void)http::find_boundary(input);
  (void)find_file_type(input);
}

void fuzz_long_frame(std::string const& input) {
  auto const frame = feishu::decode_frame(input);
  if (!frame) return;
  auto const again = feishu::decode_frame(feishu::encode(*frame));
  if (!again || !(*again == *frame)) finding("a frame does not come back", input);
}

void fuzz_url(std::string const& input) {
  auto const url = webhook::split_url(input);
  if (url && (url->target + url->origin).find_first_of("\r\n ") != std::string::npos) {
    finding("a URL with room for headers was taken", input);
  }
  if (webhook::check_address({}, input) && input.find("127.") == 0) {
    finding("this machine counts as public", input);
  }
}

std::vector<Target> targets() {
  feishu::LongFrame frame;
  frame.service = 1;
  frame.method = 1;
  frame.headers = {{"type", "event"}, {"message_id", "x"}};
  frame.payload = "{}";
  UserSet some = UserSet::range(UserNo{3}, UserNo{70'000});
  UserSet few{UserNo{1}, UserNo{5}, UserNo{99'999}};
  some.optimize();
  return {
      {"json",
       {R"({"a":[1,2.5,-3e7,"x\u00e9",null,true],"b":{"c":{}}})", "[]", "12345678901234567890"},
       fuzz_json},
      {"batch_send",
       {R"({"msg_type":"text","content":{"text":"hi <at user_id=\"all\">"},"open_ids":["ou_1"],"user_ids":["u"]})",
        R"({"msg_type":"post","content":{"post":{"zh_cn":{"title":"t","content":[[{"tag":"text","text":"x"},{"tag":"a","href":"h","text":"l"},{"tag":"at","user_id":"all"}],[{"tag":"img","image_key":"img_v2_1"}]]}}},"department_ids":["d"]})",
        R"({"msg_type":"interactive","card":{"type":"template","data":{"template_id":"ctp_x","template_variable":{"a":"b"}}},"union_ids":["on_1"]})",
        R"({"msg_type":"interactive","card":{"elements":[{"tag":"div","text":{"tag":"lark_md","content":"**x**"}}],"header":{"title":{"tag":"plain_text","content":"y"}}},"open_ids":["a"]})"},
       fuzz_batch_send},
      {"form",
       {"agent_id=1&userid_list=a%2Cb&msg[msgtype]=text&msg[text][content]=hi",
        "l[]=a&l[]=b&l[0]=c&m[9][x][]=%E4%BD&=&a", "b[0][title]=x&b[1][title]=y&b[10]=z"},
       fuzz_form},
      {"classic call",
       {R"({"agent_id":"1","userid_list":["a"],"to_all_user":"false","msg":{"msgtype":"text","text":{"content":"hi"}}})",
        R"({"msg":{"msgtype":"action_card","action_card":{"title":"t","markdown":"m","btn_json_list":[{"title":"b","action_url":"u"}]}}})",
        R"({"msg":"{\"msgtype\":\"oa\",\"oa\":{\"message_url\":\"u\",\"head\":{},\"body\":{\"form\":[]}}}"})",
        "agent_id=1&userid_list=a,b&msg[msgtype]=voice&msg[voice][media_id]=m&msg[voice][duration]="
        "9"},
       fuzz_parameters},
      {"user_set", {some.bytes(), few.bytes(), UserSet{}.bytes()}, fuzz_user_set},
      {"ids", {"bm-d4be107c616aed9c1da8ed8068570a9f", "10.0.0.0/8", "2001:db8::/32"}, fuzz_ids},
      {"websocket",
       {http::client_frame(1, "text \xe4\xbd\xa0") + http::client_frame(9, "ping"),
        http::client_frame(2, std::string(200, 'x'), false) + http::client_frame(10, "") +
            http::client_frame(0, "end"),
        http::client_frame(8, "\x03\xe8 bye"), http::client_frame(2, std::string(290, '\0'))},
       fuzz_websocket},
      {"multipart",
       {"--B\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a.png\"\r\n"
        "Content-Type: image/png\r\n\r\n\x89PNG\r\n\x1a\n\r\n--B\r\nContent-Disposition:form-data;"
        "name=image_type\r\n\r\nmessage\r\n--B--\r\n",
        "--B\nContent-Disposition: form-data; name=a; filename*=UTF-8''%E5\n\nx\n--Bx\n--B--",
        "multipart/form-data;charset=UTF-8;boundary=\"B\""},
       fuzz_multipart},
      {"long_frame", {feishu::encode(frame), feishu::encode({})}, fuzz_long_frame},
      {"url", {"https://a.test:8443/events?x=1#top", "http://[::1]:9000/e", "127.0.0.1"}, fuzz_url},
      {"writer", {"plain", "quote\" back\\slash \n \x01", "caf\xc3\xa9 \xff\xfe"}, fuzz_writer},
  };
}

std::string mutate(std::string input, std::mt19937& random) {
  auto const pick = [&](std::size_t n) {
    return std::uniform_int_distribution<std::size_t>(0, n - 1)(random);
  };
  for (auto n = 1 + pick(6); n > 0; --n) {
    auto const at = pick(input.size() + 1);
    switch (pick(6)) {
      case 0:
        input.insert(at, 1, static_cast<char>(pick(256)));
        break;
      case 1:
        if (at < input.size()) input.erase(at, 1 + pick(8));
        break;
      case 2:
        if (at < input.size()) input[at] = static_cast<char>(pick(256));
        break;
      case 3:
        if (at < input.size()) input[at] = static_cast<char>(input[at] ^ (1 << pick(8)));
        break;
      case 4:
        input.insert(at, input.substr(pick(input.size() + 1), 1 + pick(32)));
        break;
      default:
        input.insert(at, std::string(pick(200), "[{\"0,:"[pick(6)]));
        break;
    }
  }
  return input;
}

}  // namespace

int main(int argc, char** argv) {
  auto const seconds = argc > 1 ? std::atoi(argv[1]) : 5;
  auto const seed = argc > 2 ? static_cast<unsigned>(std::atoi(argv[2])) : std::random_device{}();
  std::printf("seed %u\n", seed);
  std::mt19937 random(seed);
  auto const end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  auto all = targets();
  std::size_t runs = 0;
  while (std::chrono::steady_clock::now() < end) {
    for (auto& target : all) {
      auto& corpus = target.corpus;
      auto input = mutate(corpus[random() % corpus.size()], random);
      target.run(input);
      // Some children become parents, so that mutations add up; bounded, so that memory does not.
      if (random() % 64 == 0 && input.size() < 4096) {
        if (corpus.size() < 512) {
          corpus.push_back(std::move(input));
        } else {
          corpus[8 + random() % (corpus.size() - 8)] = std::move(input);
        }
      }
      ++runs;
    }
  }
  std::printf("%zu runs, no finding\n", runs);
  return 0;
}
