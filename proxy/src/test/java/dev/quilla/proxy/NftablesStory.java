package dev.quilla.proxy;

import static dev.quilla.proxy.Tables.at;
import static dev.quilla.proxy.Tables.cluster;
import static dev.quilla.proxy.Tables.elsewhere;
import static dev.quilla.proxy.Tables.external;
import static dev.quilla.proxy.Tables.here;
import static dev.quilla.proxy.Tables.localInside;
import static dev.quilla.proxy.Tables.localOutside;
import static dev.quilla.proxy.Tables.node;
import static dev.quilla.proxy.Tables.sticky;
import static dev.quilla.proxy.Tables.table;
import static dev.quilla.proxy.Tables.tcp;
import static dev.quilla.proxy.Tables.udp;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.plugin.NetworkProxy;
import dev.quilla.plugin.ProxyContext;
import dev.quilla.plugin.ServiceChanges;
import dev.quilla.plugin.ServiceTable;
import dev.quilla.plugin.ServiceTable.Backend;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What the real kernel does with real packets, by {@link InOwnNetwork}. */
final class NftablesStory {

    private static final String SERVICE = "10.96.0.9";
    private static final Backend ONE = here("10.244.0.2", 8080);
    private static final Backend TWO = elsewhere("10.244.0.3", 8081);
    private static final String TABLE = "quilla_services_story";
    private static final int SHORT_MILLIS = 300;

    private final Net net;
    private final NetworkProxy proxy;

    private NftablesStory(Net net, NetworkProxy proxy) {
        this.net = net;
        this.proxy = proxy;
    }

    public static void main(String[] arguments) throws Exception {
        ProxyContext context =
                new ProxyContext(
                        "story",
                        "n1",
                        List.of(Net.NODE),
                        "10.96.0.0/12",
                        "10.244.0.0/16",
                        "10.244.0.0/24");
        try (Net net = new Net(ONE.address(), TWO.address(), "10.244.0.100");
                NetworkProxy proxy = new NftablesProxyFactory().create(context)) {
            new NftablesStory(net, proxy).tell(arguments[0]);
        }
    }

    private void tell(String chapter) throws Exception {
        net.serve("one", ONE.address(), ONE.port());
        net.serve("two", TWO.address(), TWO.port());
        switch (chapter) {
            case "spreads" -> spreads();
            case "affinity" -> affinity();
            case "policies" -> policies();
            case "datagrams" -> datagrams();
            case "differences" -> differences();
            case "repair" -> repair();
            default -> throw new IllegalArgumentException(chapter);
        }
    }

    private void apply(ServiceTable table) throws Exception {
        proxy.apply(table, new ServiceChanges(Set.of(), Set.of()));
    }

    /** The names of those that answer a client, over many connections. */
    private static Set<String> answering(String address, int port) {
        Set<String> names = new TreeSet<>();
        for (int i = 0; i < 40; i++) {
            names.add(Net.ask("", address, port).map(said -> said.split(" ")[0]).orElse("nobody"));
        }
        return names;
    }

    private void spreads() throws Exception {
        apply(
                table(
                        "web",
                        tcp(
                                at(cluster(SERVICE, 80), node(30080), external("203.0.113.7", 80)),
                                ONE,
                                TWO)));
        Set<String> both = Set.of("one", "two");
        assertEquals(both, answering(SERVICE, 80));
        assertEquals(both, answering(Net.NODE, 30080));
        assertEquals(both, answering("203.0.113.7", 80));
        assertEquals(both, answering("127.0.0.1", 30080), "node ports on localhost");
        assertTrue(both.contains(net.askFromOutside(Net.NODE, 30080).split(" ")[0]));

        apply(table("web", tcp(at(cluster(SERVICE, 80), external("203.0.113.7", 80)), TWO)));
        assertEquals(Set.of("two"), answering(SERVICE, 80));
        assertEquals(Set.of("nobody"), answering(Net.NODE, 30080));
        assertEquals(Set.of("nobody"), answering("127.0.0.1", 30080));

        apply(table("web", tcp(at(cluster(SERVICE, 80), external("203.0.113.7", 80)))));
        long before = System.nanoTime();
        assertEquals(Optional.empty(), Net.ask("", "203.0.113.7", 80));
        assertTrue(System.nanoTime() - before < 1_000_000_000L, "refused at once");
    }

    private void affinity() throws Exception {
        apply(table("web", sticky(600, tcp(at(cluster(SERVICE, 80), node(30080)), ONE, TWO))));
        Set<String> first = answering(SERVICE, 80);
        assertEquals(1, first.size(), "a client stays with its backend");
        assertEquals(
                first,
                answering(Net.NODE, 30080),
                () -> "on every way to the service, " + remembered());

        // Another service comes: nobody forgets anything.
        apply(
                table().with("other", tcp(at(cluster("10.96.0.10", 80)), ONE))
                        .with("web", sticky(600, tcp(at(cluster(SERVICE, 80)), ONE, TWO)))
                        .build());
        assertEquals(first, answering(SERVICE, 80));

        Set<String> found = new TreeSet<>();
        for (int i = 2; i < 60 && found.size() < 2; i++) {
            Net.sh("ip addr add 10.244.9." + i + "/32 dev lo");
            Net.ask("10.244.9." + i, SERVICE, 80).ifPresent(said -> found.add(said.split(" ")[0]));
        }
        assertEquals(Set.of("one", "two"), found, "each client has a backend of its own");

        Backend left = first.contains("one") ? TWO : ONE;
        apply(table("web", sticky(600, tcp(at(cluster(SERVICE, 80)), left))));
        assertEquals(Set.of(left.equals(ONE) ? "one" : "two"), answering(SERVICE, 80));

        apply(table("web", sticky(1, tcp(at(cluster(SERVICE, 80)), ONE))));
        assertEquals(Set.of("one"), answering(SERVICE, 80));
        Net.waitFor(() -> !remembered().contains("elements"));
    }

    private static String remembered() {
        try {
            return Net.sh("nft list sets")
                    .lines()
                    .filter(l -> l.contains("elements"))
                    .findFirst()
                    .orElse("");
        } catch (java.io.IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void policies() throws Exception {
        apply(table("web", localOutside(tcp(at(cluster(SERVICE, 80), node(30080)), ONE, TWO))));
        for (int i = 0; i < 10; i++) {
            assertEquals("one " + Net.OUTSIDE, net.askFromOutside(Net.NODE, 30080));
        }
        assertEquals(Set.of("one", "two"), answering(Net.NODE, 30080), "the node's own clients");
        assertEquals(Set.of("one", "two"), answering("127.0.0.1", 30080));

        apply(table("web", localOutside(tcp(at(cluster(SERVICE, 80), node(30080)), TWO))));
        assertTrue(
                net.shOutside(
                                "timeout 1 bash -c \"exec 3<>/dev/tcp/"
                                        + Net.NODE
                                        + "/30080\"; echo $?")
                        .endsWith("124"),
                "dropped, not refused: another node answers");

        apply(table("web", localInside(tcp(at(cluster(SERVICE, 80)), ONE, TWO))));
        assertEquals(Set.of("one"), answering(SERVICE, 80));
        apply(table("web", localInside(tcp(at(cluster(SERVICE, 80)), TWO))));
        assertEquals(Optional.empty(), Net.ask("", SERVICE, 80));
    }

    private void datagrams() throws Exception {
        net.serveDatagrams("one", ONE.address(), ONE.port());
        net.serveDatagrams("two", TWO.address(), TWO.port());
        apply(ServiceTable.EMPTY);
        try (DatagramSocket client = new DatagramSocket(new InetSocketAddress(Net.NODE, 0));
                DatagramSocket local = new DatagramSocket(new InetSocketAddress("127.0.0.1", 0))) {
            // The kernel learns the flow while nobody answers.
            assertEquals(Optional.empty(), Net.ask(client, SERVICE, 53, SHORT_MILLIS));
            apply(table("dns", udp(at(cluster(SERVICE, 53), node(30053)), ONE)));
            assertEquals(Optional.of("one"), Net.ask(client, SERVICE, 53, 5_000));
            assertEquals(Optional.of("one"), Net.ask(client, Net.NODE, 30053, 5_000));
            assertEquals(Optional.of("one"), Net.ask(local, "127.0.0.1", 30053, 5_000));

            apply(table("dns", udp(at(cluster(SERVICE, 53), node(30053)), TWO)));
            assertEquals(Optional.of("two"), Net.ask(client, SERVICE, 53, 5_000));
            assertEquals(Optional.of("two"), Net.ask(client, Net.NODE, 30053, 5_000));
            assertEquals(Optional.of("two"), Net.ask(local, "127.0.0.1", 30053, 5_000));

            apply(ServiceTable.EMPTY);
            assertEquals(Optional.empty(), Net.ask(client, SERVICE, 53, SHORT_MILLIS));
        }
    }

    private void differences() throws Exception {
        RandomTables tables = new RandomTables(42);
        KernelTable kernel = new KernelTable("story", new Nft());
        for (int i = 0; i < 40; i++) {
            RuleSet rules = NftablesRules.of(tables.next(), "10.244.0.0/16");
            kernel.apply(rules);
            List<String> changed = listed(TABLE);
            Net.sh("nft -f - <<'END'\n" + rules.whole(TABLE + "_whole") + "END");
            List<String> whole = listed(TABLE + "_whole");
            assertEquals(whole, changed, "step " + i);
            assertEquals(1, kernel.timesWhole(), "step " + i);
        }
    }

    private static List<String> listed(String table) throws Exception {
        return Arrays.stream(Net.sh("nft -n list table ip " + table).split("[,{}\\n]|elements ="))
                .map(String::strip)
                .filter(part -> !part.isEmpty() && !part.startsWith("table "))
                .sorted()
                .toList();
    }

    private void repair() throws Exception {
        ServiceTable table = table("web", tcp(at(cluster(SERVICE, 80)), ONE));
        for (String harm :
                List.of(
                        "nft flush ruleset",
                        "nft delete table ip " + TABLE,
                        "nft flush chain ip " + TABLE + " dispatch",
                        "nft add rule ip " + TABLE + " dispatch drop")) {
            apply(table);
            assertEquals(Set.of("one"), answering(SERVICE, 80));
            Net.sh(harm);
            apply(table);
            assertEquals(Set.of("one"), answering(SERVICE, 80), harm);
        }
        // Where only elements are gone the outline is the same; the next difference finds out.
        Net.sh("nft flush map ip " + TABLE + " tcp_backends");
        apply(table("web", tcp(at(cluster(SERVICE, 80)), TWO)));
        assertEquals(Set.of("two"), answering(SERVICE, 80));
        proxy.close();
        assertEquals("", Net.sh("nft list ruleset"));
    }
}
