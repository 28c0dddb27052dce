package dev.quilla.controller.node;

import dev.quilla.client.ApiClient;
import dev.quilla.client.Informer;
import dev.quilla.client.Informers;
import dev.quilla.client.pki.CertificateAuthority;
import dev.quilla.client.pki.CertificateRequest;
import dev.quilla.client.pki.CertificateRequest.Usage;
import dev.quilla.client.pki.Certificates;
import dev.quilla.client.pki.SigningRequest;
import dev.quilla.controller.Controller;
import dev.quilla.controller.Trigger;
import dev.quilla.model.Bytes;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.certificates.v1.CertificateSigningRequest;
import dev.quilla.model.certificates.v1.CertificateSigningRequestCondition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Approves and signs the certificates of nodes: a bootstrapping machine may become any node, and a
 * node may renew its own and have one to serve with.
 */
public final class CertificateController implements Controller {

    private static final String CLIENT = "kubernetes.io/kube-apiserver-client-kubelet";
    private static final String SERVING = "kubernetes.io/kubelet-serving";
    private static final String NODE = "system:node:";
    private static final String NODES = "system:nodes";
    private static final Duration VALIDITY = Duration.ofDays(365);

    private final ApiClient client;
    private final Informer<CertificateSigningRequest> requests;
    private final Path pkiDir;
    private final InstantSource clock;

    /** Signs with the CA of a directory. */
    public CertificateController(
            ApiClient client, Informers informers, Path pkiDir, InstantSource clock) {
        this.client = client;
        this.requests = informers.of(Resources.CERTIFICATE_SIGNING_REQUESTS);
        this.pkiDir = pkiDir;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "certificates";
    }

    @Override
    public List<Trigger> triggers() {
        return List.of(Trigger.onItself(requests));
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        Optional<CertificateSigningRequest> found = requests.get(key);
        if (found.isEmpty() || found.get().status().hasCertificate()) {
            return Outcome.DONE;
        }
        CertificateSigningRequest request = found.get();
        boolean client = request.spec().signerName().equals(CLIENT);
        if (!client && !request.spec().signerName().equals(SERVING)) {
            return Outcome.DONE;
        }
        SigningRequest asked = SigningRequest.parse(request.spec().request().toUtf8());
        CertificateRequest wanted =
                asked.wanted(Set.of(client ? Usage.CLIENT : Usage.SERVER), VALIDITY);
        if (!mayHave(request, wanted, client)) {
            return Outcome.DONE;
        }
        sign(request, asked, wanted);
        return Outcome.DONE;
    }

    private static boolean mayHave(
            CertificateSigningRequest request, CertificateRequest wanted, boolean client) {
        boolean isNode =
                wanted.commonName().startsWith(NODE)
                        && wanted.organizations().equals(List.of(NODES));
        boolean bootstraps = request.spec().groups().contains("system:bootstrappers");
        boolean itself = request.spec().username().equals(wanted.commonName());
        return isNode && (itself || (client && bootstraps));
    }

    private void sign(
            CertificateSigningRequest request, SigningRequest asked, CertificateRequest wanted) {
        String chain;
        try {
            CertificateAuthority authority =
                    CertificateAuthority.load(
                            pkiDir.resolve("ca.crt"), pkiDir.resolve("ca.key"), clock);
            chain = Certificates.toPem(List.of(authority.sign(asked.publicKey(), wanted)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        CertificateSigningRequestCondition approved =
                CertificateSigningRequestCondition.builder()
                        .type("Approved")
                        .status("True")
                        .reason("AutoApproved")
                        .message("Approved by the controller for the certificates of nodes")
                        .lastUpdateTime(clock.instant())
                        .build();
        client.resource(Resources.CERTIFICATE_SIGNING_REQUESTS)
                .updateStatus(
                        request.toBuilder()
                                .status(s ->
                                        s.conditions(List.of(approved))
                                                .certificate(Bytes.utf8(chain)))
                                .build());
    }
}
