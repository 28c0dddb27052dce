package dev.quilla.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.plugin.ServiceTable;
import dev.quilla.plugin.ServiceTable.Backend;
import dev.quilla.plugin.ServiceTable.Frontend;
import dev.quilla.plugin.ServiceTable.Protocol;
import dev.quilla.plugin.ServiceTable.ServicePort;
import dev.quilla.plugin.ServiceTable.ServicePortKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NftablesRulesTest {

    private static final List<Backend> TWO =
            List.of(new Backend("10.244.0.2", 8080, true), new Backend("10.244.1.3", 8080, false));

    private static ServicePort port(List<Backend> inside, List<Backend> outside, boolean sticky) {
        return new ServicePort(
                Protocol.TCP,
                List.of(new Frontend.ClusterIp("10.96.0.9", 80), new Frontend.NodePort(30080)),
                inside,
                outside,
                sticky ? Optional.of(10800) : Optional.empty());
    }

    private static ServiceTable table(ServicePort... ports) {
        Map<ServicePortKey, ServicePort> all = new LinkedHashMap<>();
        for (int i = 0; i < ports.length; i++) {
            all.put(new ServicePortKey("default", "web", "p" + i), ports[i]);
        }
        return new ServiceTable(1, all);
    }

    @Test
    void spreadsOverAllBackends() {
        String rules = NftablesRules.of("t", table(port(TWO, TWO, false)));
        assertTrue(rules.contains("10.96.0.9 . tcp . 80 : goto service_0"), rules);
        assertTrue(rules.contains("tcp . 30080 : goto external_0"), rules);
        assertTrue(
                rules.contains(
                        "dnat ip to numgen random mod 2 map { 0 : 10.244.0.2 . 8080, 1 : 10.244.1.3"
                                + " . 8080 }"),
                rules);
    }

    @Test
    void keepsAClientWithItsBackendWhereAsked() {
        assertTrue(
                NftablesRules.of("t", table(port(TWO, TWO, true)))
                        .contains("jhash ip saddr mod 2"));
    }

    @Test
    void aPortWithoutBackendsHasNoRule() {
        assertFalse(
                NftablesRules.of("t", table(port(List.of(), List.of(), false))).contains("goto"));
    }

    @Test
    void localTrafficKeepsTheClientsAddress() {
        String rules = NftablesRules.of("t", table(port(TWO, TWO.subList(0, 1), false)));
        assertFalse(rules.contains("meta mark set"), rules);
    }

    /** The kernel's own reading, without changing anything. */
    @Test
    void theKernelTakesIt() throws IOException, InterruptedException {
        for (ServiceTable services :
                List.of(
                        ServiceTable.EMPTY,
                        table(port(TWO, TWO, false), port(TWO, TWO.subList(0, 1), true)))) {
            // Two ports of one address would be a conflict that the API never lets happen.
            String rules =
                    NftablesRules.of("quilla_check", services)
                            .replaceFirst("10.96.0.9 . tcp . 80", "10.96.0.8 . tcp . 80")
                            .replaceFirst("tcp . 30080", "tcp . 30081");
            Process process =
                    new ProcessBuilder("nft", "-c", "-f", "-").redirectErrorStream(true).start();
            try (var out = process.getOutputStream()) {
                out.write(rules.getBytes(StandardCharsets.UTF_8));
            }
            String said =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(0, process.waitFor(), said + "\n" + rules);
        }
    }
}
