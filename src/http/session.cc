#include "http/session.h"

#include <algorithm>

#include "http/text.h"

namespace carillon::http {
namespace {

constexpr std::uint64_t kIgnoredBodyBytesMax = 1 << 20;  // of a GET, or of an unknown path
constexpr std::size_t kRequestLineBytesMax = 8 * 1024 + 32;

bool is_token_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

// The status for a head over its limit: is it the request line that is too long?
int overflow_status(std::string_view head) {
  return head.substr(0, kRequestLineBytesMax).find('\n') == std::string_view::npos ? 414 : 431;
}

// What can never become a head need not be waited for: TLS on a plain port, bare line feeds.
bool is_hopeless(std::string_view head) {
  if (!is_token_char(head.front())) return head != "\r";
  for (auto at = head.find('\n'); at != std::string_view::npos; at = head.find('\n', at + 1)) {
    if (head[at - 1] != '\r') return true;
  }
  return false;
}

}  // namespace

Session::Session(IoThread& thread, std::string remote)
    : thread_(thread),
      remote_(std::move(remote)),
      trusted_(thread.state().proxies.contains(remote_)),
      address_(std::make_shared<Address>(Address{thread.mailbox(), this})) {
  thread_.add(*this);
}

Session::~Session() {
  address_->receiver = nullptr;
  release_held();
  thread_.state().connections_open.fetch_sub(1, std::memory_order_relaxed);
}

void Session::enter(State state, std::chrono::seconds timeout) {
  state_ = state;
  expired_ = false;
  progress_tick_ = thread_.tick();
  // The tick is up to a second old: one more, so that nobody is late before the time.
  deadline_ = progress_tick_ + static_cast<std::uint64_t>(timeout.count()) + 1;
}

void Session::enter(State state) {
  state_ = state;
  expired_ = false;
  deadline_ = kNever;
}

void Session::on_tick(std::uint64_t tick) {
  if (tick >= deadline_) expire();
}

void Session::expire() {
  expired_ = true;
  deadline_ = kNever;
  cancel_wait();
}

void Session::begin_stop() {
  if (state_ == State::idle) expire();
}

void Session::abort() {
  aborted_ = true;
  hang_up();
  signal_.notify();
}

void Session::leave() { address_->mailbox->send(address_); }

void Session::on_mail() {
  if (held_ && memory().told_to_leave(*this)) {
    evicted_ = true;
    cancel_wait();
  }
  signal_.notify();
}

void Session::hold_input() {
  held_ = true;
  if (!memory().hold(*this, exchange_->bytes.capacity() + exchange_->body.size())) give_way();
}

bool Session::hold_output(std::size_t bytes) {
  // A single answer, however large, must not push everybody else out.
  held_ = true;
  auto const counted = std::min(bytes, memory().bytes_max() / 8);
  return memory().hold(*this, counted + (exchange_ ? exchange_->bytes.capacity() : 0));
}

void Session::release_held() {
  if (!held_) return;
  memory().release(*this);
  held_ = false;
  evicted_ = false;
}

void Session::take_input(std::string_view bytes) {
  if (!exchange_) {
    exchange_ = thread_.take_exchange();
    exchange_->address = address_;
    exchange_->remote = remote_;
  }
  auto& x = *exchange_;
  if (x.begin > 0) {
    x.bytes.erase(0, x.begin);
    x.scanned -= x.begin;
    x.begin = 0;
  }
  x.bytes.append(bytes);
}

void Session::release_if_idle() {
  if (!exchange_ || !exchange_->empty()) return;
  thread_.give_back(std::move(exchange_));
}

Session::Step Session::find_request() {
  if (!exchange_) return Step::need_more;
  auto& x = *exchange_;
  // An empty line before a request is to be ignored (RFC 9112, 2.2).
  while (std::string_view(x.bytes).substr(x.begin).starts_with("\r\n")) x.begin += 2;
  x.scanned = std::max(x.scanned, x.begin);
  auto const rest = std::string_view(x.bytes).substr(x.begin);
  if (rest.empty()) return Step::need_more;

  auto const from = std::max(x.scanned, x.begin + 3) - 3;
  auto const end = x.bytes.find("\r\n\r\n", from);
  auto const header_bytes_max = thread_.state().options.header_bytes_max;
  if (end == std::string::npos) {
    if (rest.size() > header_bytes_max) {
      refuse(overflow_status(rest));
      return Step::ready;
    }
    if (is_hopeless(rest)) {
      refuse(400);
      return Step::ready;
    }
    x.scanned = x.bytes.size();
    return Step::need_more;
  }
  auto const head = rest.substr(0, end + 4 - x.begin);
  if (head.size() > header_bytes_max) {
    refuse(overflow_status(head));
  } else {
    begin_request(head);
  }
  return Step::ready;
}

void Session::begin_request(std::string_view head) {
  auto& x = *exchange_;
  release_held();
  thread_.count_request();
  x.parser.emplace(x.request.headers, thread_.state().options.headers_max, x);
  int const refusal = x.parser->parse_head(head);
  x.begin += head.size();
  if (refusal != 0) return refuse(refusal);

  auto& request = x.request;
  request.method = x.parser->method();
  request.log_id = thread_.state().log_ids();
  request.remote = trusted_ ? thread_.state().proxies.caller(x.remote, request.headers) : x.remote;
  minor_version_ = x.parser->minor_version();
  head_only_ = request.method == Method::head;
  keep_alive_ = x.parser->keep_alive();
  body_complete_ = false;
  wants_continue_ = false;
  split_target(x.parser->target());
  if (!request.path.starts_with('/') && request.path != "*") return refuse(400);
  x.match = thread_.state().router.match(request.method, request.path);
  request.params = std::move(x.match.params);
  plan_body();
}

void Session::split_target(std::string_view target) {
  auto& request = exchange_->request;
  request.target = target;
  if (!target.starts_with('/')) {
    // A proxy's absolute form, "http://host/path".
    if (auto const scheme = target.find("://"); scheme != std::string_view::npos) {
      auto const path = target.find('/', scheme + 3);
      target = path == std::string_view::npos ? "/" : target.substr(path);
    }
  }
  while (target.starts_with("//")) target.remove_prefix(1);
  auto const question = target.find('?');
  request.path = target.substr(0, question);
  request.query =
      question == std::string_view::npos ? std::string_view{} : target.substr(question + 1);
}

void Session::plan_body() {
  using Plan = Exchange::BodyPlan;
  auto& x = *exchange_;
  auto const* route = x.match.route;
  auto const method = x.request.method;
  bool const wanted = route && method != Method::get && method != Method::head &&
                      (method != Method::delete_ || route->body_of_delete);
  auto const length = x.parser->content_length().value_or(0);
  x.body_bytes_max = wanted ? route->body_bytes_max : kIgnoredBodyBytesMax;
  if (length > x.body_bytes_max) {
    if (wanted) return fail_request(fail(Errc::too_large, "the body is over its limit"));
    return skip_body();
  }
  if (wanted && route->body == BodyMode::spool) {
    open_sink(*route);
    if (closing_) return;
  }
  if (!x.parser->has_body()) {
    after_body();
    return;
  }
  // Nobody wants this body, and the client has not sent it yet: it need not.
  if (!wanted && x.parser->expects_continue() && x.empty()) return skip_body();
  x.plan = !wanted ? Plan::discard : x.sink ? Plan::spool : Plan::memory;
  wants_continue_ = x.parser->expects_continue() && x.empty();
  auto const step = x.parser->parse_body(std::string_view(x.bytes).substr(x.begin));
  x.begin += step.used;
  after_step(step.state);
  if (body_complete_ || closing_) return;
  hold_input();
  if (x.plan != Plan::memory) return;
  x.memory = &memory();
  x.holder = this;
}

void Session::open_sink(Route const& route) {
  auto& x = *exchange_;
  try {
    auto sink = route.open_sink(x.request);
    if (!sink) return fail_request(sink.error());
    x.sink = *std::move(sink);
  } catch (std::exception const& e) {
    thread_.state().report("opening the sink of " + route.pattern + ": " + e.what());
    fail_request(fail(Errc::internal, e.what()));
  }
}

void Session::take_body(std::string_view bytes) {
  auto& x = *exchange_;
  if (x.memory) held_ = true;  // receive() asks for room itself
  auto const step = x.parser->parse_body(bytes);
  if (step.state == BodyState::done) x.next = bytes.substr(step.used);
  after_step(step.state);
}

void Session::after_step(BodyState state) {
  auto& x = *exchange_;
  switch (state) {
    case BodyState::more:
      return;
    case BodyState::done:
      return after_body();
    case BodyState::bad:
      return refuse(400);
    case BodyState::stopped:
      if (x.plan == Exchange::BodyPlan::discard) return skip_body();
      if (x.problem == Exchange::BodyProblem::no_room) return give_way();
      return fail_request(fail(Errc::too_large, "the body is over its limit"));
  }
}

void Session::after_body() {
  auto& x = *exchange_;
  release_held();
  body_complete_ = true;
  if (x.plan == Exchange::BodyPlan::memory && !x.body.empty()) x.request.body = x.body.view();
  x.request.spooled = x.sink.get();
}

void Session::skip_body() {
  release_held();
  body_complete_ = true;
  keep_alive_ = false;
  drain_ = true;
}

void Session::body_failed() {
  auto error = std::move(*exchange_->sink_error);
  fail_request(error);
}

void Session::give_way() {
  // Whoever stalls is too slow; whoever was sending has met a busy server.
  if (thread_.tick() >= progress_tick_ + 2) return refuse(408);
  if (!exchange_->parser) return refuse(503);
  fail_request(fail(Errc::overloaded, "no room for this request now"));
}

bool Session::asks_before() const {
  auto const* route = exchange_->match.route;
  return route != nullptr && route->asks_before && thread_.state().options.before != nullptr;
}

bool Session::dispatch() {
  auto& x = *exchange_;
  auto const* route = x.match.route;
  if (x.refusal) {
    Exchange::answer(exchange_, render_failure(*x.refusal));
    return x.await_answer();
  }
  std::shared_ptr<Answerer> answerer;
  try {
    if (route) {
      answerer = std::make_shared<Answerer>(exchange_);
      route->handler(x.request, [answerer](Response r) { answerer->answer(std::move(r)); });
    } else {
      auto const* unmatched = x.match.unmatched;
      Exchange::answer(exchange_,
                       unmatched ? (*unmatched)(x.request, x.match.allowed) : plain_failure(404));
    }
  } catch (std::exception const& e) {
    thread_.state().report("the handler of " + std::string(x.request.path) + " threw: " + e.what());
    answerer ? answerer->answer(std::nullopt) : Exchange::answer(exchange_, std::nullopt);
  }
  answerer.reset();  // if the handler has dropped its Reply this was the last of it
  return x.await_answer();
}

std::unique_ptr<EventStream> Session::finish_request() {
  auto& x = *exchange_;
  auto response = x.response ? *std::move(x.response)
                             : render_failure(fail(Errc::internal, "the request was not answered"));
  bool const old_client = minor_version_ == 0;
  if (response.websocket && old_client) response = plain_failure(400);
  bool const endless = response.stream && old_client;
  if (response.close || thread_.state().retiring || endless) keep_alive_ = false;
  if (response.websocket) keep_alive_ = true;  // it ends by its own rules, at a stop too
  auto const about = frame(x.request.log_id);
  if (response.stream) {
    response.content_type = "text/event-stream";
    response.headers.emplace_back("Cache-Control", "no-store");
    response.headers.emplace_back("X-Accel-Buffering", "no");  // nginx would hold events back
    append_head(thread_.out, response, about, std::nullopt);
  } else {
    append_answer(thread_.out, response, about);
  }
  if (!keep_alive_) closing_ = true;
  auto stream = head_only_ ? nullptr : std::move(response.stream);
  websocket_ = std::move(response.websocket);
  x.next_request();
  return stream;
}

std::string Session::take_unread() {
  return exchange_ ? exchange_->bytes.substr(exchange_->begin) : std::string{};
}

AnswerFrame Session::frame(std::string_view log_id) const {
  return {log_id, thread_.date(), minor_version_, head_only_, keep_alive_};
}

Response Session::render_failure(Error const& error) {
  auto& x = *exchange_;
  auto const* route = x.match.route;
  try {
    if (route && route->failure) return route->failure(x.request, error);
  } catch (std::exception const& e) {
    thread_.state().report("the failure of " + route->pattern + " threw: " + e.what());
  }
  int const status = error.code == Errc::too_large    ? 413
                     : error.code == Errc::overloaded ? 503
                                                      : 500;
  return plain_failure(status);
}

void Session::fail_request(Error const& error) { end_with(render_failure(error)); }

void Session::refuse(int status) {
  if (exchange_->request.log_id.empty()) {  // not even a head
    exchange_->request.log_id = thread_.state().log_ids();
    minor_version_ = 1;
    head_only_ = false;
  }
  end_with(plain_failure(status));
}

void Session::end_with(Response const& response) {
  auto& x = *exchange_;
  keep_alive_ = false;
  append_answer(thread_.out, response, frame(x.request.log_id));
  closing_ = true;
  drain_ = true;
  // Draining takes a while; the memory is wanted elsewhere at once.
  release_held();
  x.body.clear();
}

}  // namespace carillon::http
