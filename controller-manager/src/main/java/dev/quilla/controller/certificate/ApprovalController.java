package dev.quilla.controller.certificate;

import dev.quilla.client.ApiClient;
import dev.quilla.client.Informer;
import dev.quilla.client.Informers;
import dev.quilla.controller.Controller;
import dev.quilla.controller.Trigger;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.certificates.v1.CertificateSigningRequest;
import dev.quilla.pki.PkiException;
import dev.quilla.pki.SigningRequest;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Approves what needs no person: a bootstrapping machine may become any node, and a node may renew
 * its own certificate and have one to serve with.
 */
public final class ApprovalController implements Controller {

    private final ApiClient client;
    private final Informer<CertificateSigningRequest> requests;
    private final InstantSource clock;

    /** Works through a client and shared informers. */
    public ApprovalController(ApiClient client, Informers informers, InstantSource clock) {
        this.client = client;
        this.requests = informers.of(Resources.CERTIFICATE_SIGNING_REQUESTS);
        this.clock = clock;
    }

    @Override
    public String name() {
        return "certificate-approval";
    }

    @Override
    public List<Trigger> triggers() {
        return List.of(Trigger.onItself(requests));
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        Optional<CertificateSigningRequest> found =
                requests.get(key).filter(r -> r.status().conditions().isEmpty());
        if (found.filter(ApprovalController::needsNobody).isPresent()) {
            CertificateSigningRequest request = found.get();
            client.resource(Resources.CERTIFICATE_SIGNING_REQUESTS)
                    .updateSubresource(
                            request.toBuilder()
                                    .status(s ->
                                            s.conditions(
                                                    Conditions.with(
                                                            request,
                                                            Conditions.APPROVED,
                                                            "AutoApproved",
                                                            "Approved for it is a node's own",
                                                            clock.instant())))
                                    .build(),
                            "approval");
        }
        return Outcome.DONE;
    }

    private static boolean needsNobody(CertificateSigningRequest request) {
        Optional<Signer> signer = Signer.of(request.spec().signerName());
        if (signer.isEmpty() || signer.get() == Signer.API_CLIENT) {
            return false;
        }
        SigningRequest asked;
        try {
            asked = SigningRequest.parse(request.spec().request().toUtf8());
        } catch (PkiException e) {
            // Whoever approves it by hand is told why it can't be signed.
            return false;
        }
        boolean bootstraps =
                signer.get() == Signer.KUBELET_CLIENT
                        && request.spec().groups().contains("system:bootstrappers");
        boolean itself = request.spec().username().equals(asked.subject().commonName());
        return (bootstraps || itself)
                && signer.get().problem(asked, request.spec().usages()).isEmpty();
    }
}
