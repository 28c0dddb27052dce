package dev.quilla.proxy.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterZoneTest {

    private static final ClusterZone ZONE = Zones.SMALL;

    private static Optional<Meaning> addresses(String... all) {
        return Optional.of(new Meaning.Addresses(List.of(all)));
    }

    private static Optional<Meaning> find(String name) {
        return ZONE.find(name + ".cluster.local");
    }

    @Test
    void aServiceHasItsOwnAddressAndAHeadlessOneItsReadyPods() {
        assertEquals(addresses("10.96.0.7"), find("web.default.svc"));
        assertEquals(addresses("10.244.0.3", "10.244.0.4"), find("DB.Default.svc"));
    }

    @Test
    void podsOfAHeadlessServiceHaveNamesOfTheirOwn() {
        assertEquals(addresses("10.244.0.3"), find("db-0.db.default.svc"));
        assertEquals(addresses("10.244.0.4"), find("10-244-0-4.db.default.svc"));
        assertEquals(Optional.empty(), find("db-2.db.default.svc"), "not ready");
        assertEquals(Optional.empty(), find("10-244-0-9.web.default.svc"), "not headless");
    }

    @Test
    void namedPortsHavePlaces() {
        assertEquals(
                Optional.of(
                        new Meaning.Places(
                                List.of(
                                        new Meaning.Place(
                                                "web.default.svc.cluster.local",
                                                80,
                                                "10.96.0.7")))),
                find("_http._tcp.web.default.svc"));
        assertEquals(
                Optional.of(
                        new Meaning.Places(
                                List.of(
                                        new Meaning.Place(
                                                "db-0.db.default.svc.cluster.local",
                                                8080,
                                                "10.244.0.3"),
                                        new Meaning.Place(
                                                "10-244-0-4.db.default.svc.cluster.local",
                                                8080,
                                                "10.244.0.4")))),
                find("_http._tcp.db.default.svc"));
        assertEquals(Optional.empty(), find("_http._udp.web.default.svc"));
        assertEquals(Optional.empty(), find("_._udp.web.default.svc"), "a port without a name");
    }

    @Test
    void addressesHaveNames() {
        assertEquals(List.of("web.default.svc.cluster.local"), ZONE.namesOf("10.96.0.7"));
        assertEquals(List.of("db-0.db.default.svc.cluster.local"), ZONE.namesOf("10.244.0.3"));
        assertEquals(List.of(), ZONE.namesOf("10.244.0.9"));
    }

    @Test
    void aPodsAddressIsInItsName() {
        assertEquals(addresses("1.2.3.4"), find("1-2-3-4.default.pod"));
        assertEquals(Optional.empty(), find("1-2-3-400.default.pod"));
        assertEquals(Optional.empty(), find("1-2-3.default.pod"));
        assertEquals(Optional.empty(), find("web.default.pod"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"svc", "default.svc", "pod", "default.pod", "_tcp.web.default.svc"})
    void namesAboveOthersAreThereAndHaveNothing(String name) {
        assertEquals(Optional.of(Meaning.NOTHING), find(name));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "web", "no.default.svc", "web.other.svc", "other.svc",
                        "a._http._tcp.web.default.svc",
                "empty.default.svc", "_udp.web.default.svc", "a.dns-version", "..svc", ""
            })
    void othersAreNotThere(String name) {
        assertEquals(Optional.empty(), find(name));
    }

    @Test
    void ownsItsDomainOnly() {
        assertTrue(ZONE.owns("cluster.local"));
        assertTrue(ZONE.owns("x.CLUSTER.local"));
        assertFalse(ZONE.owns("mycluster.local"));
        assertFalse(ZONE.owns("local"));
    }
}
