package dev.quilla.kubelet.pods;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.quilla.kubelet.volumes.DownwardFields;
import dev.quilla.model.Bytes;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Quantity;
import dev.quilla.model.authentication.v1.TokenRequestStatus;
import dev.quilla.model.core.v1.ConfigMap;
import dev.quilla.model.core.v1.Container;
import dev.quilla.model.core.v1.EnvFromSource;
import dev.quilla.model.core.v1.EnvVar;
import dev.quilla.model.core.v1.EnvVarSource;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.Secret;
import dev.quilla.model.core.v1.Service;
import dev.quilla.model.core.v1.ServicePort;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class EnvironmentTest {

    private static final Pod POD =
            Pods.pod("Always", List.of(), List.of()).toBuilder()
                    .metadata(m -> m.labels(Map.of("app", "web")))
                    .spec(s -> s.nodeName("node-1").serviceAccountName("robot"))
                    .build();

    /** One ConfigMap, one Secret and one Service. */
    private static final class Sources implements Environment.Sources {

        @Override
        public Optional<ConfigMap> configMap(ObjectKey key) {
            return key.equals(new ObjectKey("shop", "settings"))
                    ? Optional.of(
                            ConfigMap.builder().data(Map.of("color", "red", "size", "9")).build())
                    : Optional.empty();
        }

        @Override
        public Optional<Secret> secret(ObjectKey key) {
            return key.equals(new ObjectKey("shop", "keys"))
                    ? Optional.of(
                            Secret.builder().data(Map.of("password", Bytes.utf8("s3cret"))).build())
                    : Optional.empty();
        }

        @Override
        public TokenRequestStatus token(Pod pod, String audience, long expirationSeconds) {
            throw new AssertionError("no variable is a token");
        }

        @Override
        public List<Service> services(String namespace) {
            return namespace.equals("shop")
                    ? List.of(
                            Service.builder()
                                    .metadata(m -> m.namespace("shop").name("my-db"))
                                    .spec(s ->
                                            s.clusterIP("10.96.0.7")
                                                    .ports(
                                                            List.of(
                                                                    ServicePort.builder()
                                                                            .name("sql")
                                                                            .port(5432)
                                                                            .build())))
                                    .build())
                    : List.of();
        }
    }

    private static Map<String, String> of(Pod pod, Container container)
            throws Environment.MissingException {
        DownwardFields fields = new DownwardFields(Map.of("cpu", Quantity.of(2)));
        return new Environment(pod, "10.244.0.5", "192.168.0.1", false, new Sources(), fields)
                .of(container);
    }

    private static Map<String, String> of(EnvVar... variables) throws Environment.MissingException {
        return of(POD, Container.builder().name("main").env(List.of(variables)).build());
    }

    private static EnvVar variable(String name, String value) {
        return EnvVar.builder().name(name).value(value).build();
    }

    private static EnvVar from(String name, UnaryOperator<EnvVarSource.Builder> source) {
        return EnvVar.builder().name(name).valueFrom(source).build();
    }

    private static String missing(EnvVar variable) {
        return assertThrows(Environment.MissingException.class, () -> of(variable)).getMessage();
    }

    @Test
    void valuesReferToWhatIsDefinedBefore() throws Exception {
        Map<String, String> all =
                of(
                        variable("A", "1"),
                        variable("B", "$(A)-$(LATER)-$$(A)-$(MY_DB_SERVICE_HOST)"),
                        variable("LATER", "x"));
        assertEquals("1-$(LATER)-$(A)-10.96.0.7", all.get("B"));
    }

    @Test
    void fieldsTellThePodOfItself() throws Exception {
        Map<String, String> all =
                of(
                        from("NAME", s -> s.fieldRef(f -> f.fieldPath("metadata.name"))),
                        from("LABEL", s -> s.fieldRef(f -> f.fieldPath("metadata.labels['app']"))),
                        from("NODE", s -> s.fieldRef(f -> f.fieldPath("spec.nodeName"))),
                        from("WHO", s -> s.fieldRef(f -> f.fieldPath("spec.serviceAccountName"))),
                        from("IP", s -> s.fieldRef(f -> f.fieldPath("status.podIP"))),
                        from("HOST", s -> s.fieldRef(f -> f.fieldPath("status.hostIP"))),
                        from("CPU", s -> s.resourceFieldRef(r -> r.resource("limits.cpu"))));
        assertEquals("web", all.get("NAME"));
        assertEquals("web", all.get("LABEL"));
        assertEquals("node-1", all.get("NODE"));
        assertEquals("robot", all.get("WHO"));
        assertEquals("10.244.0.5", all.get("IP"));
        assertEquals("192.168.0.1", all.get("HOST"));
        assertEquals("2", all.get("CPU"));
    }

    @Test
    void keysOfConfigMapsAndSecretsAreValues() throws Exception {
        Map<String, String> all =
                of(
                        from("C", s -> s.configMapKeyRef(r -> r.name("settings").key("color"))),
                        from("P", s -> s.secretKeyRef(r -> r.name("keys").key("password"))));
        assertEquals("red", all.get("C"));
        assertEquals("s3cret", all.get("P"));
    }

    @Test
    void whatIsMissingIsNamed() {
        assertEquals(
                "configmap \"none\" not found",
                missing(from("A", s -> s.configMapKeyRef(r -> r.name("none").key("k")))));
        assertEquals(
                "secret \"none\" not found",
                missing(from("A", s -> s.secretKeyRef(r -> r.name("none").key("k")))));
        assertEquals(
                "couldn't find key k in ConfigMap shop/settings",
                missing(from("A", s -> s.configMapKeyRef(r -> r.name("settings").key("k")))));
        assertEquals(
                "couldn't find key k in Secret shop/keys",
                missing(from("A", s -> s.secretKeyRef(r -> r.name("keys").key("k")))));
    }

    @Test
    void whatIsOptionalAndMissingIsNoVariable() throws Exception {
        Map<String, String> all =
                of(
                        from(
                                "A",
                                s ->
                                        s.configMapKeyRef(
                                                r -> r.name("none").key("k").optional(true))),
                        from(
                                "B",
                                s -> s.secretKeyRef(r -> r.name("keys").key("k").optional(true))));
        assertFalse(all.containsKey("A"));
        assertFalse(all.containsKey("B"));
    }

    @Test
    void wholeObjectsComeWithAPrefixAndVariablesOfTheirOwnWin() throws Exception {
        Container container =
                Container.builder()
                        .name("main")
                        .envFrom(
                                List.of(
                                        EnvFromSource.builder()
                                                .prefix("CFG_")
                                                .configMapRef(r -> r.name("settings"))
                                                .build(),
                                        EnvFromSource.builder()
                                                .secretRef(r -> r.name("keys"))
                                                .build(),
                                        EnvFromSource.builder()
                                                .secretRef(r -> r.name("none").optional(true))
                                                .build()))
                        .env(List.of(variable("CFG_size", "own")))
                        .build();
        Map<String, String> all = of(POD, container);
        assertEquals("red", all.get("CFG_color"));
        assertEquals("own", all.get("CFG_size"));
        assertEquals("s3cret", all.get("password"));
    }

    @Test
    void servicesAreVariablesUnlessThePodDoesNotWantThem() throws Exception {
        Map<String, String> all = of();
        assertEquals("5432", all.get("MY_DB_SERVICE_PORT"));
        assertEquals("5432", all.get("MY_DB_SERVICE_PORT_SQL"));
        assertEquals("tcp://10.96.0.7:5432", all.get("MY_DB_PORT_5432_TCP"));
        Pod without = POD.toBuilder().spec(s -> s.enableServiceLinks(false)).build();
        assertFalse(of(without, Pods.container("main")).containsKey("MY_DB_SERVICE_HOST"));
    }

    @Test
    void unknownNamesAreFound() {
        Map<String, String> known = Map.of("A", "1");
        assertEquals(Optional.of("B"), Environment.unknown("$(A)/$(B)", known));
        assertEquals(Optional.empty(), Environment.unknown("$(A)/$$(B)", known));
    }
}
