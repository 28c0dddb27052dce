package dev.quilla.kubelet;

import dev.quilla.client.ApiClient;
import dev.quilla.client.TransportException;
import dev.quilla.client.http.FileCredentials;
import dev.quilla.client.http.HttpsOptions;
import dev.quilla.client.http.HttpsTransport;
import dev.quilla.model.ApiException;
import dev.quilla.model.Bytes;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.certificates.v1.CertificateSigningRequest;
import dev.quilla.pki.CertificateRequest;
import dev.quilla.pki.Certificates;
import dev.quilla.pki.CertifiedKey;
import dev.quilla.pki.KeyPairs;
import dev.quilla.pki.SigningRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A node's two certificates: to talk to the masters, and to be talked to. Kept until they end. */
final class NodeCertificates {

    private static final Logger LOG = LoggerFactory.getLogger(NodeCertificates.class);
    private static final Duration RENEW_BEFORE = Duration.ofDays(30);
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** A certificate is signed within one look, and asked for twice in a node's life: no watch. */
    private static final Duration LOOK = Duration.ofMillis(200);

    private final KubeletConfig config;
    private final InstantSource clock;

    NodeCertificates(KubeletConfig config, InstantSource clock) {
        this.config = config;
        this.clock = clock;
    }

    Path clientCertificate() {
        return config.dataDir().resolve("pki/client.crt");
    }

    Path clientKey() {
        return config.dataDir().resolve("pki/client.key");
    }

    Path servingCertificate() {
        return config.dataDir().resolve("pki/serving.crt");
    }

    Path servingKey() {
        return config.dataDir().resolve("pki/serving.key");
    }

    /** Asks for a client certificate with the bootstrap token, unless there is one. */
    void ensureClient() throws IOException, InterruptedException {
        if (isGood(clientCertificate())) {
            return;
        }
        HttpsOptions options =
                HttpsOptions.of(config.masters(), FileCredentials.trusting(config.caFile()))
                        .withBearerToken(FileCredentials.token(config.bootstrapTokenFile()));
        try (HttpsTransport transport = new HttpsTransport(options)) {
            obtain(
                    new ApiClient(transport),
                    "kubernetes.io/kube-apiserver-client-kubelet",
                    List.of("digital signature", "client auth"),
                    CertificateRequest.client(user(), List.of("system:nodes")),
                    clientCertificate(),
                    clientKey());
        }
    }

    /** Asks for a serving certificate as the node itself, unless there is one. */
    void ensureServing(ApiClient client) throws IOException, InterruptedException {
        if (isGood(servingCertificate())) {
            return;
        }
        obtain(
                client,
                "kubernetes.io/kubelet-serving",
                List.of("digital signature", "server auth"),
                CertificateRequest.server(
                                user(),
                                List.of(config.nodeName(), "kubelet"),
                                List.of(config.nodeAddress(), "127.0.0.1"))
                        .withOrganizations(List.of("system:nodes")),
                servingCertificate(),
                servingKey());
    }

    private String user() {
        return "system:node:" + config.nodeName();
    }

    private boolean isGood(Path certificate) throws IOException {
        return Files.exists(certificate)
                && !Certificates.expiresWithin(
                        Certificates.load(certificate).getFirst(), RENEW_BEFORE, clock.instant());
    }

    private void obtain(
            ApiClient client,
            String signer,
            List<String> usages,
            CertificateRequest wanted,
            Path certificate,
            Path key)
            throws IOException, InterruptedException {
        KeyPair pair = KeyPairs.generate();
        CertificateSigningRequest request =
                create(
                        client,
                        CertificateSigningRequest.builder()
                                .metadata(m ->
                                        m.name(
                                                "node-"
                                                        + config.nodeName()
                                                        + "-"
                                                        + UUID.randomUUID()))
                                .spec(s ->
                                        s.signerName(signer)
                                                .usages(usages)
                                                .request(
                                                        Bytes.utf8(
                                                                SigningRequest.create(
                                                                        pair, wanted))))
                                .build());
        String chain = await(client, request.key());
        new CertifiedKey(pair.getPrivate(), Certificates.parse(chain)).save(certificate, key);
    }

    /** The masters may still be starting, or not know the bootstrap token yet. */
    private static CertificateSigningRequest create(
            ApiClient client, CertificateSigningRequest request) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                return client.resource(Resources.CERTIFICATE_SIGNING_REQUESTS).create(request);
            } catch (ApiException e) {
                boolean mayPass = e.code() == 401 || e.code() == 403 || e.code() >= 500;
                if (!mayPass || System.nanoTime() > deadline) {
                    throw e;
                }
            } catch (TransportException e) {
                if (System.nanoTime() > deadline) {
                    throw e;
                }
            }
            Thread.sleep(LOOK);
        }
    }

    private String await(ApiClient client, ObjectKey key) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            try {
                CertificateSigningRequest request =
                        client.resource(Resources.CERTIFICATE_SIGNING_REQUESTS).get(key);
                if (request.status().hasCertificate()) {
                    return request.status().certificate().toUtf8();
                }
            } catch (ApiException e) {
                if (e.code() < 500) {
                    throw e;
                }
            } catch (TransportException e) {
                // Another master, or this one a little later, will answer.
                LOG.debug("waiting for {}: {}", key, e.getMessage());
            }
            Thread.sleep(LOOK);
        }
        throw new IOException("nobody signed the certificate request " + key + " in " + PATIENCE);
    }
}
