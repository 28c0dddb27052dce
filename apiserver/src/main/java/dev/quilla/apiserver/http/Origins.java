package dev.quilla.apiserver.http;

import dev.quilla.apiserver.audit.Audit;
import dev.quilla.http.HttpExchange;
import java.util.ArrayList;
import java.util.List;

/** Where requests come from, as the audit log has it. */
final class Origins {

    private static final int ID_LENGTH_MAX = 64;

    private Origins() {}

    static Audit.Origin of(HttpExchange exchange) {
        return new Audit.Origin(
                exchange.headers()
                        .first("Audit-ID")
                        .filter(id -> id.length() <= ID_LENGTH_MAX)
                        .orElse(""),
                exchange.target(),
                exchange.headers().first("User-Agent").orElse(""),
                addresses(exchange));
    }

    /** What proxies on the way say, then who is at the other end. */
    private static List<String> addresses(HttpExchange exchange) {
        List<String> addresses = new ArrayList<>();
        for (String line : exchange.headers().all("X-Forwarded-For")) {
            for (String address : line.split(",")) {
                addresses.add(address.strip());
            }
        }
        exchange.headers().first("X-Real-Ip").ifPresent(addresses::add);
        String remote = exchange.remote().getAddress().getHostAddress();
        if (addresses.isEmpty() || !addresses.getLast().equals(remote)) {
            addresses.add(remote);
        }
        return addresses;
    }
}
