package dev.quilla.ctl.pods;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.quilla.ctl.cluster.Tree;
import dev.quilla.ctl.failure.CommandException;
import dev.quilla.ctl.failure.UsageException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ForwardedPortTest {

    private static final Tree POD =
            tree(
                    """
                    {"metadata":{"name":"web-1"},"spec":{"containers":[
                      {"name":"a"},{"name":"b","ports":[{"name":"http","containerPort":8080}]}]}}
                    """);

    private static Tree tree(String json) {
        return Tree.parse(json.getBytes(StandardCharsets.UTF_8));
    }

    private static Tree service(String clusterIp, String target) {
        return tree(
                """
                {"metadata":{"name":"web"},"spec":{"clusterIP":"%s","ports":[
                  {"name":"www","port":80,"targetPort":%s},{"name":"other","port":81}]}}
                """
                        .formatted(clusterIp, target));
    }

    @Test
    void onePortIsBothHereAndThere() {
        ForwardedPort port = ForwardedPort.parse("8080");
        assertEquals(8080, port.in(POD));
        assertEquals(8080, port.localFor(8080));
    }

    @Test
    void twoAreTheOneHereAndTheOneThere() {
        assertEquals(new ForwardedPort(Optional.of(18080), "80"), ForwardedPort.parse("18080:80"));
        assertEquals(0, ForwardedPort.parse(":80").localFor(80));
    }

    @Test
    void aNameIsLookedUpInThePod() {
        assertEquals(8080, ForwardedPort.parse("1234:http").in(POD));
        ForwardedPort unknown = ForwardedPort.parse("grpc");
        assertEquals(
                "pod web-1 has no port named grpc",
                assertThrows(CommandException.class, () -> unknown.in(POD)).getMessage());
    }

    @Test
    void aServicesPortLeadsToThePods() {
        ForwardedPort port = ForwardedPort.parse("80");
        assertEquals(9090, port.through(service("10.96.0.9", "9090"), POD));
        assertEquals(8080, port.through(service("10.96.0.9", "\"http\""), POD));
        assertEquals(80, port.through(service("None", "9090"), POD));
        assertEquals(9090, ForwardedPort.parse("www").through(service("10.96.0.9", "9090"), POD));
        assertEquals(81, ForwardedPort.parse("81").through(service("10.96.0.9", "1"), POD));
        ForwardedPort unknown = ForwardedPort.parse("443");
        assertEquals(
                "service web has no port 443: it has 80, 81",
                assertThrows(
                                CommandException.class,
                                () -> unknown.through(service("10.96.0.9", "1"), POD))
                        .getMessage());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", ":", "1:2:3", "80:", "x y", "0", "65536", "70000:80", "0:80", "-1:80"})
    void whatIsNoPortIsRefused(String text) {
        assertThrows(UsageException.class, () -> ForwardedPort.parse(text));
    }
}
