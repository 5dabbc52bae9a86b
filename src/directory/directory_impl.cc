#include "directory/directory_impl.h"

#include <utility>

namespace carillon {
namespace {

// Bounds what is indexed by number; far above any organisation.
constexpr std::uint32_t kDepartmentsMax = 1U << 24;
constexpr std::uint64_t kIdSeed = 1;
constexpr std::uint64_t kNumberSeed = 2;

std::uint64_t number_hash(std::int64_t number) {
  return hash_bytes({reinterpret_cast<char const*>(&number), sizeof(number)}, kNumberSeed);
}

}  // namespace

std::optional<DepartmentNo> Directory::Impl::find_department(std::string_view id) const {
  if (id.empty()) return std::nullopt;
  auto const no = department_index.find(hash_bytes(id, kIdSeed), [&](std::uint32_t n) {
    auto const& department = departments[n].department;
    return department.department_id == id || department.open_alias == id;
  });
  if (no == 0) return std::nullopt;
  return DepartmentNo{no};
}

std::optional<DepartmentNo> Directory::Impl::find_department_number(std::int64_t number) const {
  if (number == 0) return std::nullopt;
  auto const no = department_index.find(number_hash(number), [&](std::uint32_t n) {
    return departments[n].department.dept_number == number;
  });
  if (no == 0) return std::nullopt;
  return DepartmentNo{no};
}

template <class Take>
void Directory::Impl::department_hashes(Department const& department, Take const& take) const {
  if (department.deleted) return;
  for (auto const* id : {&department.department_id, &department.open_alias}) {
    if (!id->empty()) take(hash_bytes(*id, kIdSeed));
  }
  if (department.dept_number != 0) take(number_hash(department.dept_number));
}

Result<void> Directory::Impl::put_row(Department department) {
  auto const no = department.no;
  auto const naming = [&] { return "department \"" + department.department_id + "\""; };
  if (no.value > kDepartmentsMax) {
    return fail(Errc::too_large, naming() + ": too many departments");
  }
  bool const root = no == kRootDepartment;
  if (root != department.department_id.empty() || root != !department.parent) {
    return fail(Errc::invalid_field, naming() + ": only the root has no id, no parent");
  }
  if (!department.deleted) {
    for (auto const* id : {&department.department_id, &department.open_alias}) {
      auto const other = find_department(*id);
      if (other && *other != no) {
        return fail(Errc::already_exists, "\"" + *id + "\" is another department's id");
      }
    }
  }
  auto const known = departments.find(no.value) != nullptr;
  auto& row = departments.edit(no.value);
  if (known) {
    department_hashes(row.department,
                      [&](std::uint64_t hash) { department_index.erase(no.value, hash); });
  }
  row.department = std::move(department);
  departments_end = std::max(departments_end, no.value + 1);
  department_hashes(row.department, [&](std::uint64_t hash) {
    department_index.insert(no.value, hash, [this](std::uint32_t number, auto const& take) {
      department_hashes(departments[number].department, take);
    });
  });
  return {};
}

}  // namespace carillon
