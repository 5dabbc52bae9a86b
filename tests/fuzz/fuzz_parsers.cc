// Throws mutated bytes at every parser that meets a stranger, for some seconds:
//
//   fuzz_parsers [SECONDS] [SEED]
//
// A finding is a crash, a sanitizer's report, or a broken promise checked below. The corpus are the
// seeds of each parser; run it under ASan and UBSan (`make fuzz`) for long rounds.

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "access/address.h"
#include "crypto/sealed_id.h"
#include "dialect/feishu/batch_send.h"
#include "dialect/feishu/content.h"
#include "dialect/feishu/ids.h"
#include "json/reader.h"
#include "json/writer.h"
#include "people/user_set.h"

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

std::vector<Target> targets() {
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
      {"user_set", {some.bytes(), few.bytes(), UserSet{}.bytes()}, fuzz_user_set},
      {"ids", {"bm-d4be107c616aed9c1da8ed8068570a9f", "10.0.0.0/8", "2001:db8::/32"}, fuzz_ids},
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
