package dev.quilla.proxy;

import dev.quilla.plugin.ServiceTable;
import dev.quilla.plugin.ServiceTable.Backend;
import dev.quilla.plugin.ServiceTable.Frontend;
import dev.quilla.plugin.ServiceTable.Protocol;
import dev.quilla.plugin.ServiceTable.ServicePort;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Tables of few services of all sorts, by a seed: two of them share much and differ in much. */
final class RandomTables {

    private static final int SERVICES = 8;
    private static final int BACKENDS = 4;

    private final Random random;

    RandomTables(long seed) {
        this.random = new Random(seed);
    }

    ServiceTable next() {
        Tables.Builder table = Tables.table();
        for (int i = 0; i < SERVICES; i++) {
            if (random.nextBoolean()) {
                table.with("s" + i, port(i));
            }
        }
        return table.build();
    }

    private ServicePort port(int service) {
        List<Frontend> frontends = new ArrayList<>();
        frontends.add(Tables.cluster("10.96.0." + (service + 1), 80));
        if (random.nextBoolean()) {
            frontends.add(Tables.node(30_000 + service));
        }
        if (random.nextBoolean()) {
            // Shared by some, as the API lets it happen.
            frontends.add(Tables.external("198.51.100." + service / 2, 80));
        }
        List<Backend> backends = new ArrayList<>();
        for (int i = 0; i < BACKENDS; i++) {
            if (random.nextBoolean()) {
                backends.add(new Backend("10.244.0." + i, 8080, random.nextBoolean()));
            }
        }
        ServicePort port =
                ServicePort.of(
                        random.nextBoolean() ? Protocol.TCP : Protocol.UDP, frontends, backends);
        port = random.nextBoolean() ? Tables.localInside(port) : port;
        port = random.nextBoolean() ? Tables.localOutside(port) : port;
        return random.nextBoolean() ? Tables.sticky(10 + random.nextInt(2), port) : port;
    }
}
