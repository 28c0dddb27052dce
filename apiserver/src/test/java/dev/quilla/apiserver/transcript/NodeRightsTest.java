package dev.quilla.apiserver.transcript;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quilla.apiserver.request.ApiReply;
import dev.quilla.model.ApiException;
import dev.quilla.pki.CertificateRequest;
import dev.quilla.pki.KeyPairs;
import dev.quilla.pki.SigningRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a kubelet's identity may, as kube-apiserver 1.36.3 was seen to answer. */
class NodeRightsTest {

    private static final String CORE = "/api/v1/namespaces/default/";
    private static final String CLAIMS = "/apis/resource.k8s.io/v1/namespaces/default/";
    private static final String SLICES = "/apis/resource.k8s.io/v1/resourceslices";
    private static final String PODS = CORE + "pods";
    private static final String SLICE =
            "{metadata: {name: %s}, spec: {driver: d.example.com, nodeName: %s,"
                    + " pool: {name: p, generation: 1, resourceSliceCount: 1}}}";

    private final TestApi api = new TestApi();

    @BeforeEach
    void twoNodesWithAPodEach() {
        for (String n : List.of("1", "2")) {
            make("/api/v1/nodes", "{metadata: {name: n" + n + "}}");
            make(CORE + "serviceaccounts", "{metadata: {name: a" + n + "}}");
            for (String name : List.of("env", "disk", "attach")) {
                make(CORE + "secrets", "{metadata: {name: " + name + n + "}}");
            }
            make(
                    CORE + "persistentvolumeclaims",
                    """
                    metadata: {name: c%s}
                    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
                    """
                            .formatted(n));
            make(
                    "/api/v1/persistentvolumes",
                    """
                    metadata: {name: v%1$s}
                    spec:
                      capacity: {storage: 1Gi}
                      accessModes: [ReadWriteOnce]
                      claimRef: {namespace: default, name: c%1$s}
                      csi:
                        driver: d.example.com
                        volumeHandle: h
                        nodeStageSecretRef: {namespace: default, name: disk%1$s}
                        controllerPublishSecretRef: {namespace: default, name: attach%1$s}
                    """
                            .formatted(n));
            make(
                    CLAIMS + "resourceclaims",
                    """
                    metadata: {name: r%s}
                    spec: {devices: {requests: [{name: a, exactly: {deviceClassName: c}}]}}
                    """
                            .formatted(n));
            make(SLICES, SLICE.formatted("s" + n, "n" + n));
            make(
                    "/apis/storage.k8s.io/v1/volumeattachments",
                    "{metadata: {name: at%1$s}, spec: {attacher: d, nodeName: n%1$s, source: {persistentVolumeName: v%1$s}}}"
                            .formatted(n));
            make(
                    PODS,
                    """
                    metadata: {name: p%1$s}
                    spec:
                      nodeName: n%1$s
                      serviceAccountName: a%1$s
                      resourceClaims: [{name: r, resourceClaimName: r%1$s}]
                      containers: [{name: c, image: i, envFrom: [{secretRef: {name: env%1$s}}]}]
                      volumes: [{name: v, persistentVolumeClaim: {claimName: c%1$s}}]
                    """
                            .formatted(n));
        }
        api.as("system:node:n1", List.of("system:nodes"));
    }

    @ParameterizedTest
    @CsvSource({
        "secrets/env, 200, 403",
        "secrets/disk, 200, 403",
        "secrets/attach, 403, 403",
        "persistentvolumeclaims/c, 200, 403",
        "serviceaccounts/a, 200, 403",
        "pods/p, 200, 403",
    })
    void readsWhatItsPodsUse(String object, int own, int other) {
        assertEquals(own, get(CORE + object + "1"));
        assertEquals(other, get(CORE + object + "2"));
    }

    @Test
    void readsWhatItsPodsUseOutsideOfTheirNamespace() {
        assertEquals(200, get("/api/v1/persistentvolumes/v1"));
        assertEquals(403, get("/api/v1/persistentvolumes/v2"));
        assertEquals(200, get("/apis/storage.k8s.io/v1/volumeattachments/at1"));
        assertEquals(403, get("/apis/storage.k8s.io/v1/volumeattachments/at2"));
        assertEquals(200, get(CLAIMS + "resourceclaims/r1"));
        assertEquals(403, get(CLAIMS + "resourceclaims/r2"));
    }

    @ParameterizedTest
    @CsvSource({
        "pods, metadata.name=p1, 200",
        "pods, metadata.name=p2, 403",
        "secrets, metadata.name=env1, 200",
        "secrets, metadata.name=env2, 403",
        "persistentvolumeclaims, metadata.name=c1, 403",
        "serviceaccounts, metadata.name=a1, 403",
    })
    void listsOneByItsNameWhereItMayWatchIt(String resource, String selector, int code) {
        assertEquals(code, get(CORE + resource + "?fieldSelector=" + selector));
    }

    @Test
    void listsOneInItsNamespaceAlone() {
        assertEquals(403, get("/api/v1/secrets?fieldSelector=metadata.name=env1"));
    }

    @Test
    void hasTheSlicesThatNameIt() {
        assertEquals(200, get(SLICES + "/s1"));
        assertEquals(403, get(SLICES + "/s2"));
        assertEquals(403, get(SLICES));
        assertEquals(200, get(SLICES + "?fieldSelector=spec.nodeName=n1"));
        assertEquals(403, get(SLICES + "?fieldSelector=spec.nodeName=n2"));
        assertEquals(201, code("POST", SLICES, "", SLICE.formatted("s3", "n1")));
        assertEquals(403, code("POST", SLICES, "", SLICE.formatted("s4", "n2")));
        assertEquals(403, delete(SLICES + "/s2"));
        assertEquals(200, delete(SLICES + "/s1"));
        assertEquals(403, delete(SLICES));
        assertEquals(200, delete(SLICES + "?fieldSelector=spec.nodeName=n1"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "c1 | {\"status\": {\"capacity\": {\"storage\": \"1Gi\"}}} | 200",
                "c1 | {\"status\": {\"conditions\": [{\"type\": \"FileSystemResizePending\", \"status\": \"True\"}]}} | 200",
                "c1 | {\"status\": {\"phase\": \"Lost\"}} | 403",
                "c1 | {\"metadata\": {\"labels\": {\"a\": \"b\"}}} | 403",
                "c2 | {\"status\": {\"capacity\": {\"storage\": \"1Gi\"}}} | 403",
            })
    void saysHowLargeItsVolumesAre(String claim, String patch, int code) {
        assertEquals(code, patch(CORE + "persistentvolumeclaims/" + claim + "/status", patch));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'metadata': {'ownerReferences': [{'apiVersion': 'v1', 'kind': 'Pod', 'name': 'p', 'uid': 'u'}]}}|403",
                "{'spec': {'taints': [{'key': 'a', 'effect': 'NoSchedule'}]}}|403",
                "{'spec': {'podCIDR': '10.1.0.0/24', 'unschedulable': true}}|200",
                "{'metadata': {'labels': {'color': 'blue'}}}|200",
            })
    void itsStatusIsNoWayAround(String patch, int code) {
        assertEquals(code, patch("/api/v1/nodes/n1/status", patch.replace('\'', '"')));
    }

    @Test
    void whatIsGoneIsNotFound() {
        assertEquals(404, delete(PODS + "/gone"));
        assertEquals(404, patch(PODS + "/gone/status", "{\"status\": {}}"));
        assertEquals(404, code("POST", PODS + "/gone/eviction", "", "{metadata: {name: gone}}"));
    }

    @Test
    void reportsOnItsPodsAndSendsThemAway() {
        assertEquals(200, patch(PODS + "/p1/status", "{\"status\": {\"phase\": \"Running\"}}"));
        assertEquals(403, patch(PODS + "/p2/status", "{\"status\": {\"phase\": \"Running\"}}"));
        assertEquals(
                403,
                patch(
                        PODS + "/p1/status",
                        "{\"status\": {\"resourceClaimStatuses\": [{\"name\": \"r\", \"resourceClaimName\": \"r2\"}]}}"));
        assertEquals(403, code("POST", PODS + "/p2/eviction", "", "{metadata: {name: p2}}"));
        assertEquals(403, delete(PODS + "/p2"));
        assertEquals(403, delete(PODS));
        assertEquals(201, code("POST", PODS + "/p1/eviction", "", "{metadata: {name: p1}}"));
    }

    @Test
    void makesPodsThatShowWhatItRuns() {
        assertEquals(201, mirror("", "volumes: [{name: v, hostPath: {path: /a}}]"));
        assertEquals(200, delete(PODS + "/m"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "volumes: [{name: v, configMap: {name: a}}]",
                "volumes: [{name: v, secret: {secretName: a}}]",
                "volumes: [{name: v, persistentVolumeClaim: {claimName: a}}]",
                "volumes: [{name: v, csi: {driver: a}}]",
                "volumes: [{name: v, projected: {sources: [{serviceAccountToken: {path: a}}]}}]",
                "serviceAccountName: a1",
                "imagePullSecrets: [{name: env1}]",
                "initContainers: [{name: i, image: i, envFrom: [{secretRef: {name: env1}}]}]",
                "resourceClaims: [{name: r, resourceClaimName: r1}]",
                "nodeName: n2",
            })
    void itsPodsReferToNothing(String spec) {
        assertEquals(403, mirror("", spec));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "controller: false",
                "blockOwnerDeletion: true",
                "name: n2",
                "kind: Pod",
                "uid: other"
            })
    void itsPodsBelongToIt(String owner) {
        assertEquals(403, mirror(owner, ""));
    }

    @Test
    void itsPodsGiveItNothing() {
        api.as("", List.of());
        // What a node may not, somebody else can be brought to.
        make(
                PODS,
                """
                metadata: {name: shown, annotations: {kubernetes.io/config.mirror: x}}
                spec:
                  nodeName: n1
                  containers: [{name: c, image: i, envFrom: [{configMapRef: {name: own}}]}]
                """);
        make(CORE + "configmaps", "{metadata: {name: own}}");
        api.as("system:node:n1", List.of("system:nodes"));
        assertEquals(403, get(CORE + "configmaps/own"));
    }

    @ParameterizedTest
    @CsvSource({
        "system:node:n1, kubernetes.io/kube-apiserver-client-kubelet, 201",
        "system:node:n2, kubernetes.io/kube-apiserver-client-kubelet, 403",
        "system:node:n2, kubernetes.io/kubelet-serving, 403",
        "system:node:n2, example.com/other, 201",
    })
    void asksForItsOwnCertificates(String user, String signer, int code) {
        String path = "/apis/certificates.k8s.io/v1/certificatesigningrequests";
        api.as("", List.of());
        make(
                "/apis/rbac.authorization.k8s.io/v1/clusterroles",
                """
                metadata: {name: certificates}
                rules: [{apiGroups: [certificates.k8s.io], resources: [certificatesigningrequests], verbs: [create]}]
                """);
        make(
                "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
                """
                metadata: {name: certificates}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: certificates}
                subjects: [{kind: Group, name: 'system:nodes', apiGroup: rbac.authorization.k8s.io}]
                """);
        api.as("system:node:n1", List.of("system:nodes"));
        String pem =
                SigningRequest.create(
                        KeyPairs.generate(),
                        new CertificateRequest(
                                user,
                                List.of("system:nodes"),
                                signer.endsWith("serving") ? List.of("n2") : List.of(),
                                List.of(),
                                Set.of(),
                                Duration.ofDays(1)));
        String text = Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.US_ASCII));
        assertEquals(
                code,
                code(
                        "POST",
                        path,
                        "",
                        "{metadata: {name: c}, spec: {request: %s, signerName: %s, usages: [digital signature, %s]}}"
                                .formatted(
                                        text,
                                        signer,
                                        signer.endsWith("serving")
                                                ? "server auth"
                                                : "client auth")));
    }

    @Test
    void whoIsNoNodeByNameWritesNothing() {
        api.as("", List.of());
        make(
                "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
                """
                metadata: {name: all}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: all}
                subjects: [{kind: Group, name: 'system:nodes', apiGroup: rbac.authorization.k8s.io}]
                """);
        make(
                "/apis/rbac.authorization.k8s.io/v1/clusterroles",
                "{metadata: {name: all}, rules: [{apiGroups: ['*'], resources: ['*'], verbs: ['*']}]}");
        api.as("system:node:", List.of("system:nodes"));
        assertEquals(403, code("POST", "/api/v1/nodes", "", "{metadata: {name: n3}}"));
        api.as("system:node:n1", List.of("system:nodes"));
        // However much roles allow, a node is about itself.
        assertEquals(403, delete("/api/v1/nodes/n2"));
        assertEquals(403, delete(CORE + "persistentvolumeclaims/c1"));
        assertEquals(403, patch(PODS + "/p1", "{\"metadata\": {\"labels\": {\"a\": \"b\"}}}"));
    }

    private int mirror(String owner, String spec) {
        api.as("", List.of());
        String uid =
                api.call("GET", "/api/v1/nodes/n1", "", "")
                        .answer()
                        .orElseThrow()
                        .get()
                        .text("metadata", "uid");
        api.as("system:node:n1", List.of("system:nodes"));
        return code(
                "POST",
                PODS,
                "",
                """
                metadata:
                  name: m
                  annotations: {kubernetes.io/config.mirror: x}
                  ownerReferences:
                  - apiVersion: v1
                    kind: %s
                    name: %s
                    uid: %s
                    controller: %s
                    blockOwnerDeletion: %s
                spec:
                  %s
                  containers: [{name: c, image: i}]
                  %s
                """
                        .formatted(
                                said(owner, "kind", "Node"),
                                said(owner, "name", "n1"),
                                said(owner, "uid", uid),
                                said(owner, "controller", "true"),
                                said(owner, "blockOwnerDeletion", "false"),
                                spec.startsWith("nodeName") ? "" : "nodeName: n1",
                                spec));
    }

    private static String said(String owner, String field, String usual) {
        return owner.startsWith(field + ":") ? owner.substring(field.length() + 2) : usual;
    }

    private int get(String target) {
        return code("GET", target, "", "");
    }

    private int delete(String target) {
        return code("DELETE", target, "", "");
    }

    private int patch(String target, String body) {
        return code("PATCH", target, "application/merge-patch+json", body);
    }

    private void make(String path, String yaml) {
        assertEquals(201, code("POST", path, "", yaml));
    }

    private int code(String method, String target, String type, String body) {
        try {
            ApiReply reply =
                    api.call(
                            method,
                            target,
                            type.isEmpty() && !body.isEmpty() ? "application/yaml" : type,
                            body);
            return switch (reply) {
                case ApiReply.OfStruct made -> made.code();
                case ApiReply.OfStored stored -> stored.code();
                default -> 200;
            };
        } catch (ApiException e) {
            return e.code();
        }
    }
}
