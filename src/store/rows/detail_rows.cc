#include "store/rows/detail_rows.h"

#include <string>
#include <utility>
#include <vector>

namespace carillon::rows {
namespace {

using NamedTexts = std::vector<std::pair<std::string, std::string>>;

// The first number of a row; a row with more to tell gets another.
constexpr std::uint64_t kForm = 1;

void pack_texts(Packer& out, NamedTexts const& texts) {
  out.number(texts.size());
  for (auto const& [name, text] : texts) {
    out.text(name);
    out.text(text);
  }
}

NamedTexts unpack_texts(Unpacker& in) {
  NamedTexts out(in.count());
  for (auto& [name, text] : out) {
    name = in.text();
    text = in.text();
  }
  return out;
}

template <class Number>
Number unpack_no(Unpacker& in) {
  return Number{static_cast<std::uint32_t>(in.number())};
}

}  // namespace

void pack(Packer& out, UserDetails const& details) {
  out.number(kForm);
  out.number(details.gender);
  out.number(details.mobile_hidden ? 1 : 0);
  out.number(details.leader.value);
  out.signed_number(details.joined_at);
  out.number(details.employment);
  for (auto const* text : {&details.english_name, &details.nickname, &details.avatar, &details.city,
                           &details.country, &details.workplace, &details.employee_no,
                           &details.work_email, &details.job_title, &details.remark}) {
    out.text(*text);
  }
  out.number(details.places.size());
  for (auto const& place : details.places) {
    out.number(place.department.value);
    out.signed_number(place.user_order);
    out.signed_number(place.department_order);
    out.number((place.primary ? 1U : 0U) | (place.leads ? 2U : 0U));
  }
  pack_texts(out, details.extensions);
}

bool unpack(std::string_view bytes, UserDetails& out) {
  Unpacker in(bytes);
  in.number();  // kForm
  out.gender = static_cast<std::uint8_t>(in.number());
  out.mobile_hidden = in.number() != 0;
  out.leader = unpack_no<UserNo>(in);
  out.joined_at = in.signed_number();
  out.employment = static_cast<std::uint8_t>(in.number());
  for (auto* text :
       {&out.english_name, &out.nickname, &out.avatar, &out.city, &out.country, &out.workplace,
        &out.employee_no, &out.work_email, &out.job_title, &out.remark}) {
    *text = in.text();
  }
  out.places.resize(in.count());
  for (auto& place : out.places) {
    place.department = unpack_no<DepartmentNo>(in);
    place.user_order = in.signed_number();
    place.department_order = in.signed_number();
    auto const flags = in.number();
    place.primary = (flags & 1) != 0;
    place.leads = (flags & 2) != 0;
  }
  out.extensions = unpack_texts(in);
  return in.ok() && in.at_end();
}

void pack(Packer& out, DepartmentDetails const& details) {
  out.number(kForm);
  pack_texts(out, details.names);
  out.number(details.leader.value);
  out.number(details.managers.size());
  for (auto const& [user, kind] : details.managers) {
    out.number(user.value);
    out.number(kind);
  }
  pack_texts(out, details.extensions);
}

bool unpack(std::string_view bytes, DepartmentDetails& out) {
  Unpacker in(bytes);
  in.number();  // kForm
  out.names = unpack_texts(in);
  out.leader = unpack_no<UserNo>(in);
  out.managers.resize(in.count());
  for (auto& [user, kind] : out.managers) {
    user = unpack_no<UserNo>(in);
    kind = static_cast<std::uint8_t>(in.number());
  }
  out.extensions = unpack_texts(in);
  return in.ok() && in.at_end();
}

}  // namespace carillon::rows
