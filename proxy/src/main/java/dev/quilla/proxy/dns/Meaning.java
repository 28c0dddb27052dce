package dev.quilla.proxy.dns;

import java.util.List;

/** What a name of the cluster stands for. */
sealed interface Meaning {

    /** A name that is there only because others are below it. */
    Meaning NOTHING = new Addresses(List.of());

    /** IPv4 addresses. */
    record Addresses(List<String> all) implements Meaning {
        public Addresses {
            all = List.copyOf(all);
        }
    }

    /** Another name, of this cluster or not. */
    record Alias(String target) implements Meaning {}

    /** Where one port of a service is served. */
    record Places(List<Place> all) implements Meaning {
        public Places {
            all = List.copyOf(all);
        }
    }

    /** A name, its address, and a port there. */
    record Place(String name, int port, String address) {}

    /** A line of text. */
    record Text(String line) implements Meaning {}
}
