// Every address of a name, and the name that each address has.
#include <iostream>

#include <sonde/sonde.hpp>

int main(int argc, char** argv) try {
    const std::string name = argc > 1 ? argv[1] : "localhost";
    if (!sonde::is_hostname(name) && !sonde::parse_address(name)) {
        std::cerr << name << " is neither a host name nor an address\n";
        return 2;
    }
    sonde::client client({.name_timeout = std::chrono::seconds(2)});
    for (const auto& address : client.resolve(name)) {
        const auto back = client.reverse(address);
        std::cout << sonde::address_text(address) << ' '
                  << (back ? sonde::printable(*back) : "(no name)") << '\n';
    }
    return 0;
} catch (const sonde::error& error) {
    std::cerr << error.what() << '\n';
    return 2;
}
