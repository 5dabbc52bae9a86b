// Result<T>: a value or an Error; the one way in which expected failures travel.
//
// Shape   Error = {code, detail}. The code is the project's closed enum; each dialect turns it into
//         its own wire codes in one switch without default, so a new Errc does not compile until
//         every dialect has placed it. The detail is for people: what is wrong and where.
// Errors  Exceptions stay for what no caller can handle; they are caught at the session, the
//         engine's threads and main.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include <boost/system/result.hpp>

namespace carillon {

enum class Errc : std::uint8_t {
  // The request as bytes and fields.
  bad_json,       // not JSON, or not an object
  invalid_field,  // a field missing, of the wrong type, contradicting another
  too_large,      // content or body over its limit
  bad_content,    // the message's own shape is wrong
  bad_open_id,    // an open_id that is blank or not a string
  bad_batch_id,   // not the form of a batch id
  // Who is calling.
  token_missing,
  token_invalid,
  token_wrong_kind,
  app_unknown,
  app_secret_wrong,
  app_disabled,
  app_deleted,
  app_not_installed,
  app_token_invalid,  // a store app's own token, where a tenant's is made from it
  ticket_invalid,     // a store app's ticket: unknown or too old
  ip_denied,
  scope_missing,
  send_scope_missing,        // neither of the scopes that allow sending at all
  user_scope_missing,        // users were named without the scope for it
  department_scope_missing,  // departments were named without the scope for it
  addressing_scope_missing,  // the scope by which that batch was addressed is not held now
  rate_limited,
  bot_off,
  // The message.
  image_unknown,
  file_foreign,  // another app uploaded it
  file_empty,
  file_type,  // the bytes are of no type that is taken
  file_gone,  // known, but its bytes are not here
  chat_unknown,
  mention_all_forbidden,
  content_refused,  // the audit's word list
  quota_exhausted,
  key_reused,  // an Idempotency-Key with another body
  receiver_unknown,
  receiver_unavailable,  // outside the app's availability
  receiver_rate_limited,
  // A batch.
  batch_unknown,  // also: older than the window of the call
  batch_foreign,  // another app's
  recall_too_late,
  batch_state,      // the batch is not in a state that allows this
  batch_kind,       // the call is for the other kind of batch
  batch_recalled,   // it was taken back
  batch_too_old,    // past the window of this query
  receipts_hidden,  // the app's receipt policy does not tell who read
  // The operator's API.
  unauthorised,
  forbidden,
  not_found,
  already_exists,
  import_invalid,  // detail names line and field
  import_running,
  receiver_failed,  // the URL for events does not answer as it must
  // A change of the directory, or a question about it.
  user_unknown,  // also: resigned
  department_unknown,
  parent_unknown,
  user_out_of_range,  // not among those whom the app may see and change
  department_out_of_range,
  parent_out_of_range,
  user_id_taken,
  mobile_taken,
  email_taken,
  contacts_of_two,  // mobile number and mail address are those of two other users
  department_id_taken,
  department_exists,       // id, name and parent are all those of one that is there
  department_name_taken,   // by a sibling
  department_order_taken,  // likewise
  bad_user_id,
  bad_mobile,
  bad_email,
  bad_name,
  bad_department_id,
  contact_missing,  // neither a mobile number nor a mail address
  mobile_missing,
  parent_missing,
  department_has_users,
  department_has_children,
  department_is_root,
  department_cycle,
  bad_page_size,
  bad_page_token,
  // Ourselves.
  low_disk,
  overloaded,
  unavailable,  // the store did not take or give the data
  internal,
};

struct [[nodiscard]] Error {
  Errc code;
  std::string detail;
};

// Found by Boost.System when value() is called on a failure: our own mistake, so it throws.
[[noreturn]] void throw_exception_from_error(Error const& error, boost::source_location const& at);

template <class T>
class [[nodiscard]] Result : public boost::system::result<T, Error> {
 public:
  using boost::system::result<T, Error>::result;
};

inline Error fail(Errc code, std::string detail = {}) { return Error{code, std::move(detail)}; }

#define CARILLON_CONCAT_(a, b) a##b
#define CARILLON_CONCAT(a, b) CARILLON_CONCAT_(a, b)

// TRY(auto n, parse(x)); returns the error of `parse(x)`, or declares n with its value.
#define TRY(decl, ...) TRY_AS_(CARILLON_CONCAT(try_, __LINE__), decl, __VA_ARGS__)
#define TRY_AS_(tmp, decl, ...)            \
  auto tmp = (__VA_ARGS__);                \
  if (!tmp) return std::move(tmp).error(); \
  decl = *std::move(tmp)

// CHECK_OK(validate(x)); returns the error of a Result<void>.
#define CHECK_OK(...)                                                                       \
  if (auto CARILLON_CONCAT(ok_, __LINE__) = (__VA_ARGS__); !CARILLON_CONCAT(ok_, __LINE__)) \
  return std::move(CARILLON_CONCAT(ok_, __LINE__)).error()

}  // namespace carillon
