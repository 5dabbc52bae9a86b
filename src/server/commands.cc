#include "server/commands.h"

#include <cstdio>

namespace carillon::server {

void InstallationFlags::add_to(CLI::App& command, bool data_required) {
  auto* folder = command.add_option("--data", data, "Folder of the installation");
  if (data_required) folder->required();
  command.add_option("--config", config_file, "TOML file with settings");
  command.add_option("--store", store_url,
                     "postgres://USER@HOST/DATABASE instead of the folder's own store");
  command.add_option("--blobs", blobs, "Folder for uploaded files (default: DIR/blobs)");
  command.add_option("--key-file", key_file, "Installation key (default: DIR/installation.key)");
  command.add_option("--profile", profile,
                     "vendor: the vendors' limits (default); own: none of them");
  command.add_option("--set", sets, "NAME=VALUE, any number of times; `carillon help settings`")
      ->allow_extra_args(false);
}

Result<Config> InstallationFlags::config() const {
  Config out;
  CHECK_OK(apply_profile(out, profile));
  if (!config_file.empty()) CHECK_OK(apply_file(out, config_file));
  for (auto const& set : sets) CHECK_OK(apply_set(out, set));
  out.data_folder = data;
  while (out.data_folder.size() > 1 && out.data_folder.back() == '/') out.data_folder.pop_back();
  out.store_url = store_url;
  out.blobs_shared = blobs;
  out.key_file = key_file;
  return out;
}

int report(Error const& error) {
  std::fprintf(stderr, "carillon: %s\n", error.detail.c_str());
  return 1;
}

}  // namespace carillon::server
