package dev.quilla.kubelet.network;

import java.io.IOException;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** How large a packet may be: as large as the way out of the machine takes. */
final class Mtu {

    private static final int USUAL = 1500;
    private static final Path ROUTES = Path.of("/proc/net/route");

    private Mtu() {}

    static int ofDefaultRoute() throws IOException {
        for (String route : Files.readAllLines(ROUTES)) {
            List<String> fields = List.of(route.split("\t"));
            if (fields.size() > 1 && fields.get(1).equals("00000000")) {
                // Not by /sys, which may show another network namespace's devices.
                NetworkInterface device = NetworkInterface.getByName(fields.getFirst());
                return device == null ? USUAL : device.getMTU();
            }
        }
        return USUAL;
    }
}
