package dev.quilla.e2e;

import static dev.quilla.e2e.Eventually.within;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.pki.CertificateRequest;
import dev.quilla.pki.Certificates;
import dev.quilla.pki.CertifiedKey;
import dev.quilla.pki.KeyPairs;
import dev.quilla.pki.SigningRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a cluster allows, signs, measures and scales, as kubectl shows it. */
class GovernanceTest {

    private static final Duration SOON = Duration.ofSeconds(40);
    private static final Duration SCALED = Duration.ofSeconds(120);

    private static Optional<TestCluster> running = Optional.empty();

    @BeforeAll
    static void up() throws IOException {
        running = Optional.of(TestCluster.start(Setting.COMMAND_LINE));
    }

    @AfterAll
    static void down() {
        running.ifPresent(TestCluster::close);
    }

    private static TestCluster cluster() {
        return running.orElseThrow();
    }

    private static String kubectl(String... words) {
        return cluster().kubectl(words).output();
    }

    private static void apply(String manifest) {
        cluster().kubectlWith(manifest, "apply", "-f", "-").output();
    }

    @Test
    void aQuotaHoldsAndIsShown() {
        kubectl("create", "namespace", "team");
        kubectl("create", "quota", "few", "-n", "team", "--hard=configmaps=3,pods=1");
        within(
                SOON,
                "the status is counted",
                () ->
                        assertTrue(
                                kubectl("describe", "quota", "few", "-n", "team")
                                        .matches("(?s).*configmaps +1 +3.*pods +0 +1.*")));
        kubectl("create", "configmap", "a", "-n", "team");
        kubectl("create", "configmap", "b", "-n", "team");
        Command third = cluster().kubectl("create", "configmap", "c", "-n", "team");
        assertTrue(
                third.err()
                        .contains(
                                "exceeded quota: few, requested: configmaps=1, used: configmaps=3,"
                                        + " limited: configmaps=3"),
                third.err());
        kubectl("delete", "configmap", "a", "-n", "team");
        kubectl("create", "configmap", "c", "-n", "team");
        within(
                SOON,
                "the namespace shows it",
                () ->
                        assertTrue(
                                kubectl("describe", "namespace", "team")
                                        .matches("(?s).*configmaps +3 +3.*")));
    }

    @Test
    void aPolicyRefusesWhatItsExpressionsRefuse() {
        kubectl("create", "namespace", "ruled");
        apply(
                """
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingAdmissionPolicy
                metadata: {name: few-replicas}
                spec:
                  matchConstraints:
                    namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: ruled}}
                    resourceRules:
                    - {apiGroups: [apps], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [deployments]}
                  validations:
                  - {expression: 'object.spec.replicas <= 2'}
                ---
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingAdmissionPolicyBinding
                metadata: {name: few-replicas}
                spec: {policyName: few-replicas, validationActions: [Deny]}
                ---
                apiVersion: admissionregistration.k8s.io/v1
                kind: MutatingAdmissionPolicy
                metadata: {name: paused}
                spec:
                  reinvocationPolicy: Never
                  matchConstraints:
                    namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: ruled}}
                    resourceRules:
                    - {apiGroups: [apps], apiVersions: [v1], operations: [CREATE], resources: [deployments]}
                  mutations:
                  - patchType: ApplyConfiguration
                    applyConfiguration: {expression: 'Object{spec: Object.spec{paused: true}}'}
                ---
                apiVersion: admissionregistration.k8s.io/v1
                kind: MutatingAdmissionPolicyBinding
                metadata: {name: paused}
                spec: {policyName: paused}
                """);
        // Each master learns of policies from its own state; this one may be a moment behind.
        within(
                SOON,
                "the policy is in force",
                () -> {
                    Command many =
                            cluster()
                                    .kubectl(
                                            "create",
                                            "deployment",
                                            "many",
                                            "-n",
                                            "ruled",
                                            "--image=x",
                                            "--replicas=3",
                                            "--dry-run=server");
                    assertTrue(
                            many.err()
                                    .contains(
                                            "ValidatingAdmissionPolicy 'few-replicas' with binding"
                                                    + " 'few-replicas' denied request: failed"
                                                    + " expression: object.spec.replicas <= 2"),
                            many.err());
                });
        kubectl("create", "deployment", "two", "-n", "ruled", "--image=x", "--replicas=2");
        assertEquals(
                "true",
                kubectl(
                        "get",
                        "deployment",
                        "two",
                        "-n",
                        "ruled",
                        "-o",
                        "jsonpath={.spec.paused}"));
        assertTrue(
                kubectl("get", "validatingadmissionpolicies")
                        .matches("(?s).*few-replicas +1 +<unset>.*"));
    }

    @Test
    void flowSchemasAndLevelsAreThereAndKept() {
        assertTrue(
                kubectl("get", "flowschemas")
                        .matches("(?s).*exempt +exempt +1 +<none> +\\S+ +False.*"));
        kubectl("delete", "flowschema", "probes");
        within(
                SOON,
                "the suggested flow schema is back",
                () -> assertTrue(kubectl("get", "flowschema", "probes").contains("exempt")));
        assertTrue(
                kubectl("get", "--raw", "/debug/api_priority_and_fairness/dump_priority_levels")
                        .contains("workload-low, "));
    }

    @Test
    void whoHasAnApprovedCertificateIsLetIn() throws Exception {
        KeyPair pair = KeyPairs.generate();
        String request =
                SigningRequest.create(pair, CertificateRequest.client("ann", List.of("devs")));
        apply(
                """
                apiVersion: certificates.k8s.io/v1
                kind: CertificateSigningRequest
                metadata: {name: ann}
                spec:
                  signerName: kubernetes.io/kube-apiserver-client
                  usages: [client auth]
                  expirationSeconds: 3600
                  request: %s
                """
                        .formatted(
                                Base64.getEncoder()
                                        .encodeToString(request.getBytes(StandardCharsets.UTF_8))));
        kubectl("certificate", "approve", "ann");
        within(
                SOON,
                "signed",
                () -> assertTrue(!cluster().path("csr", "ann", ".status.certificate").isEmpty()));
        String chain =
                new String(
                        Base64.getDecoder()
                                .decode(cluster().path("csr", "ann", ".status.certificate")),
                        StandardCharsets.UTF_8);
        Path certificate = cluster().directory().resolve("ann.crt");
        Path key = cluster().directory().resolve("ann.key");
        new CertifiedKey(pair.getPrivate(), Certificates.parse(chain)).save(certificate, key);
        kubectl(
                "config",
                "set-credentials",
                "ann",
                "--client-certificate=" + certificate,
                "--client-key=" + key);
        assertEquals(
                "ann",
                kubectl(
                        "--user=ann",
                        "auth",
                        "whoami",
                        "-o",
                        "jsonpath={.status.userInfo.username}"));
    }

    @Test
    void whatPodsUseIsShownAndScalesThem() {
        apply(
                """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: burner}
                spec:
                  replicas: 1
                  selector: {matchLabels: {app: burner}}
                  template:
                    metadata: {labels: {app: burner}}
                    spec:
                      terminationGracePeriodSeconds: 0
                      containers:
                      - name: main
                        image: host
                        command: [sh, -c, "while :; do :; done"]
                        resources: {requests: {cpu: 20m}}
                ---
                apiVersion: autoscaling/v2
                kind: HorizontalPodAutoscaler
                metadata: {name: burner}
                spec:
                  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: burner}
                  minReplicas: 1
                  maxReplicas: 2
                """);
        within(
                SOON,
                "kubectl top shows the pod",
                () ->
                        assertTrue(
                                kubectl("top", "pods", "-l", "app=burner", "--containers")
                                        .contains("main")));
        assertTrue(kubectl("top", "nodes").contains("worker-2"));
        within(
                SCALED,
                "scaled up",
                () -> assertEquals("2", cluster().path("deployment", "burner", ".spec.replicas")));
        within(
                SOON,
                "told",
                () ->
                        assertTrue(
                                kubectl("describe", "hpa", "burner")
                                        .contains("SuccessfulRescale")));
        kubectl("delete", "hpa,deployment", "burner");
    }
}
