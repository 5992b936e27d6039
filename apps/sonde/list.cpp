/// sonde list: the protocols that sonde knows, their fields, defaults and constants.
#include <algorithm>

#include <fmt/format.h>

#include <sonde/base/text.hpp>
#include <sonde/packet/protocol_table.hpp>

#include "common_rows.hpp"
#include "file.hpp"

namespace sonde::cli {
