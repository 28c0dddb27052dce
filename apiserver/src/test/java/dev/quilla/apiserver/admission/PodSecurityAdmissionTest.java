package dev.quilla.apiserver.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.quilla.apiserver.audit.AuditTrail;
import dev.quilla.apiserver.registry.ServedResource;
import dev.quilla.apiserver.request.ApiCall;
import dev.quilla.apiserver.request.Identity;
import dev.quilla.apiserver.request.RequestInfo;
import dev.quilla.apiserver.request.Turn;
import dev.quilla.apiserver.request.Warnings;
import dev.quilla.apiserver.transcript.TestApi;
import dev.quilla.client.Body;
import dev.quilla.model.ApiException;
import dev.quilla.model.Struct;
import dev.quilla.model.apps.v1.Deployment;
import dev.quilla.model.core.v1.Container;
import dev.quilla.model.core.v1.Namespace;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.PodSpec;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class PodSecurityAdmissionTest {

    private static final String LABEL = "pod-security.kubernetes.io/";
    private static final PodSecuritySettings SETTINGS =
            new PodSecuritySettings(
                    Map.of("enforce", "baseline", "audit", "restricted", "audit-version", "v1.30"),
                    Set.of("robot"),
                    Set.of("sandbox"),
                    Set.of("free"));

    private final TestApi api = new TestApi();
    private final Warnings warnings = new Warnings();
    private final Map<String, String> notes = new TreeMap<>();

    private final AuditTrail trail =
            new AuditTrail() {
                @Override
                public boolean records() {
                    return true;
                }

                @Override
                public void note(String key, String value) {
                    notes.put(key, value);
                }
            };

    @Test
    void defaultsHoldWhereLabelsSayNothing() {
        ApiException e =
                assertThrows(
                        ApiException.class, () -> pod("default", "anna", s -> s.hostIPC(true)));
        assertEquals(403, e.code());
        pod("default", "anna", s -> s);
        assertEquals("baseline:latest", notes.get(LABEL + "enforce-policy"));
        assertEquals(true, notes.get(LABEL + "audit-violations").contains("\"restricted:v1.30\""));
        assertEquals(List.of(), warnings.all());
    }

    @Test
    void nothingIsAskedOfWhatIsExempt() {
        pod("free", "anna", s -> s.hostIPC(true));
        assertEquals(Map.of(LABEL + "exempt", "namespace"), notes);
        pod("default", "robot", s -> s.hostIPC(true));
        assertEquals(Map.of(LABEL + "exempt", "user"), notes);
        pod("default", "anna", s -> s.hostIPC(true).runtimeClassName("sandbox"));
        assertEquals(Map.of(LABEL + "exempt", "runtimeClass"), notes);
    }

    @Test
    void norOfWhatMakesSuchPods() {
        deployment("default", "anna", "");
        assertEquals(Set.of(LABEL + "audit-violations"), notes.keySet());
        for (List<String> exempt :
                List.of(
                        List.of("free", "anna", "", "namespace"),
                        List.of("default", "robot", "", "user"),
                        List.of("default", "anna", "sandbox", "runtimeClass"))) {
            notes.clear();
            deployment(exempt.get(0), exempt.get(1), exempt.get(2));
            assertEquals(Map.of(LABEL + "exempt", exempt.get(3)), notes);
        }
    }

    @Test
    void labelsOfAnExemptNamespaceAreInVain() {
        namespace("free", Map.of(LABEL + "enforce", "restricted", LABEL + "audit-version", "v1.2"));
        assertEquals(
                List.of(
                        "namespace \"free\" is exempt from Pod Security, and the policy"
                                + " (enforce=restricted:latest, audit=restricted:v1.2) will be"
                                + " ignored"),
                warnings.all());
    }

    @Test
    void labelsOfAnExemptNamespaceThatSayNothingAreNotTold() {
        namespace("free", Map.of("a", "b"));
        namespace("other", Map.of(LABEL + "enforce", "restricted"));
        assertEquals(List.of(), warnings.all());
    }

    private void pod(String namespace, String user, UnaryOperator<PodSpec.Builder> spec) {
        Pod pod =
                Pod.builder()
                        .metadata(m -> m.name("p").namespace(namespace))
                        .spec(s -> spec.apply(s.containers(List.of(container()))))
                        .build();
        admit("/api/v1/namespaces/" + namespace + "/pods", user, pod.struct());
    }

    private void deployment(String namespace, String user, String runtimeClass) {
        Deployment deployment =
                Deployment.builder()
                        .metadata(m -> m.name("d").namespace(namespace))
                        .spec(d ->
                                d.template(t ->
                                        t.spec(s ->
                                                s.containers(List.of(container()))
                                                        .hostIPC(true)
                                                        .runtimeClassName(runtimeClass))))
                        .build();
        admit("/apis/apps/v1/namespaces/" + namespace + "/deployments", user, deployment.struct());
    }

    private void namespace(String name, Map<String, String> labels) {
        Namespace namespace =
                Namespace.builder().metadata(m -> m.name(name).labels(labels)).build();
        admit("/api/v1/namespaces", "anna", namespace.struct());
    }

    private static Container container() {
        return Container.builder().name("c").image("i").build();
    }

    private void admit(String path, String user, Struct object) {
        notes.clear();
        RequestInfo info = RequestInfo.parse("POST", path, false);
        ServedResource resource = api.registry().find(info.gvr()).orElseThrow();
        ApiCall call =
                new ApiCall(
                        info,
                        Identity.known(user, "", List.of()),
                        Map.of(),
                        "",
                        Body.none(),
                        "",
                        OptionalLong.empty(),
                        warnings,
                        trail,
                        Turn.FREE);
        new PodSecurityAdmission(api.objects(), SETTINGS)
                .admit(Admission.Request.create(resource, call), object);
    }
}
