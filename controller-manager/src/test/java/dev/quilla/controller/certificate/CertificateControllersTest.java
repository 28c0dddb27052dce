package dev.quilla.controller.certificate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.controller.Controller;
import dev.quilla.controller.TestCluster;
import dev.quilla.model.Bytes;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.certificates.v1.CertificateSigningRequest;
import dev.quilla.pki.CertificateAuthority;
import dev.quilla.pki.CertificateRequest;
import dev.quilla.pki.Certificates;
import dev.quilla.pki.KeyPairs;
import dev.quilla.pki.SigningRequest;
import dev.quilla.pki.Subject;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateControllersTest {

    private static final String CLIENT = "kubernetes.io/kube-apiserver-client";
    private static final String NODE_CLIENT = "kubernetes.io/kube-apiserver-client-kubelet";
    private static final String SERVING = "kubernetes.io/kubelet-serving";
    private static final ObjectKey KEY = ObjectKey.cluster("r");

    @TempDir Path pki;

    private final TestCluster cluster = new TestCluster();

    @BeforeEach
    void makeAuthority() throws IOException {
        CertificateAuthority.create("ca", Duration.ofDays(400), cluster.clock)
                .save(pki.resolve("ca.crt"), pki.resolve("ca.key"));
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    private void request(String signer, CertificateRequest wanted, int seconds, String... usages) {
        cluster.client
                .resource(Resources.CERTIFICATE_SIGNING_REQUESTS)
                .create(
                        CertificateSigningRequest.builder()
                                .metadata(m -> m.name("r"))
                                .spec(s -> {
                                    if (seconds > 0) {
                                        s.expirationSeconds(seconds);
                                    }
                                    return s.signerName(signer)
                                            .username("system:bootstrap:abcdef")
                                            .groups(List.of("system:bootstrappers"))
                                            .usages(List.of(usages))
                                            .request(
                                                    Bytes.utf8(
                                                            SigningRequest.create(
                                                                    KeyPairs.generate(), wanted)));
                                })
                                .build());
    }

    private CertificateSigningRequest answered() {
        return cluster.get(Resources.CERTIFICATE_SIGNING_REQUESTS, "r");
    }

    private void approve() {
        cluster.client
                .resource(Resources.CERTIFICATE_SIGNING_REQUESTS)
                .updateSubresource(
                        answered().toBuilder()
                                .status(s ->
                                        s.conditions(
                                                Conditions.with(
                                                        answered(),
                                                        Conditions.APPROVED,
                                                        "ByHand",
                                                        "",
                                                        cluster.clock.instant())))
                                .build(),
                        "approval");
    }

    private void look() {
        cluster.reconcile(
                new ApprovalController(cluster.client, cluster.informers, cluster.clock), KEY);
        cluster.reconcile(
                new SigningController(cluster.client, cluster.informers, pki, cluster.clock), KEY);
    }

    private Optional<String> failure() {
        return Conditions.find(answered(), Conditions.FAILED).map(c -> c.message());
    }

    private X509Certificate certificate() {
        return Certificates.parse(answered().status().certificate().toUtf8()).getFirst();
    }

    @Test
    void aClientIsSignedOnceItIsApproved() throws Exception {
        request(CLIENT, CertificateRequest.client("ann", List.of("devs")), 3600, "client auth");
        look();
        assertTrue(answered().status().conditions().isEmpty());
        approve();
        look();
        assertEquals(new Subject("ann", List.of("devs")), Subject.of(certificate()));
        assertEquals(List.of("1.3.6.1.5.5.7.3.2"), certificate().getExtendedKeyUsage());
        assertEquals(cluster.clock.instant().plusSeconds(3600), Certificates.end(certificate()));
        assertFalse(certificate().getKeyUsage()[2]);
        CertificateSigningRequest before = answered();
        look();
        assertEquals(before, answered());
    }

    @Test
    void aYearIsTheMostAndEnciphermentIsSignedWhereItIsAsked() {
        request(
                CLIENT,
                CertificateRequest.client("ann", List.of()),
                1_000_000_000,
                "client auth",
                "key encipherment");
        approve();
        look();
        assertEquals(
                cluster.clock.instant().plus(Duration.ofDays(365)),
                Certificates.end(certificate()));
        assertTrue(certificate().getKeyUsage()[2]);
    }

    @Test
    void whatASignerDoesNotSignFailsWithTheReason() {
        request(CLIENT, CertificateRequest.client("ann", List.of()), 0, "server auth");
        approve();
        look();
        assertEquals(Optional.of("usages must include \"client auth\""), failure());
        assertFalse(answered().status().hasCertificate());
    }

    @Test
    void nodesNeedNobodyForWhatIsTheirs() {
        request(
                NODE_CLIENT,
                CertificateRequest.client("system:node:w1", List.of("system:nodes")),
                0,
                "digital signature",
                "client auth");
        look();
        assertTrue(Conditions.has(answered(), Conditions.APPROVED));
        assertTrue(answered().status().hasCertificate());
    }

    @Test
    void nodesThatAreNoneWaitForAPersonAndFail() {
        request(
                SERVING,
                CertificateRequest.server("system:node:w1", List.of("w1"), List.of()),
                0,
                "digital signature",
                "server auth");
        look();
        assertTrue(answered().status().conditions().isEmpty());
        approve();
        look();
        assertEquals(Optional.of("subject organization is not system:nodes"), failure());
    }

    @Test
    void othersSignersAreLeftAlone() {
        request("example.com/s", CertificateRequest.client("a", List.of()), 0, "client auth");
        approve();
        look();
        assertEquals(1, answered().status().conditions().size());
        assertFalse(answered().status().hasCertificate());
    }

    @Test
    void requestsAreThrownAwayInTime() {
        CleanupController cleanup =
                new CleanupController(cluster.client, cluster.informers, cluster.clock);
        UnaryOperator<Duration> left =
                passed -> {
                    cluster.clock.pass(passed);
                    return TestCluster.delay(cluster.reconcile(cleanup, KEY));
                };
        request(CLIENT, CertificateRequest.client("ann", List.of()), 0, "client auth");
        assertEquals(Duration.ofHours(24), left.apply(Duration.ZERO));
        approve();
        assertEquals(Duration.ofHours(23), left.apply(Duration.ofHours(1)));
        look();
        assertEquals(Duration.ZERO, left.apply(Duration.ofHours(1)));
        assertEquals(Optional.empty(), cluster.find(Resources.CERTIFICATE_SIGNING_REQUESTS, "r"));
    }

    @Test
    void expiredCertificatesAreThrownAwayBeforeTheirHour() {
        CleanupController cleanup =
                new CleanupController(cluster.client, cluster.informers, cluster.clock);
        request(CLIENT, CertificateRequest.client("ann", List.of()), 600, "client auth");
        approve();
        look();
        Controller.Outcome outcome = cluster.reconcile(cleanup, KEY);
        assertEquals(Duration.ofMinutes(10), TestCluster.delay(outcome));
    }
}
