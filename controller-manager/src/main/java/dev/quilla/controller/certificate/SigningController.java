package dev.quilla.controller.certificate;

import dev.quilla.client.ApiClient;
import dev.quilla.client.Informer;
import dev.quilla.client.Informers;
import dev.quilla.controller.Controller;
import dev.quilla.controller.Trigger;
import dev.quilla.model.Bytes;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.certificates.v1.CertificateSigningRequest;
import dev.quilla.pki.CertificateAuthority;
import dev.quilla.pki.CertificateRequest;
import dev.quilla.pki.Certificates;
import dev.quilla.pki.PkiException;
import dev.quilla.pki.SigningRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Signs what has been approved with the cluster's CA, for the cluster's own signers; what these
 * don't sign fails, with the reason.
 */
public final class SigningController implements Controller {

    /** The longest that a certificate is valid; one that asks for less gets less. */
    private static final Duration VALIDITY_MAX = Duration.ofDays(365);

    private final ApiClient client;
    private final Informer<CertificateSigningRequest> requests;
    private final Path pkiDir;
    private final InstantSource clock;

    /** Signs with the CA of a directory. */
    public SigningController(
            ApiClient client, Informers informers, Path pkiDir, InstantSource clock) {
        this.client = client;
        this.requests = informers.of(Resources.CERTIFICATE_SIGNING_REQUESTS);
        this.pkiDir = pkiDir;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "certificate-signing";
    }

    @Override
    public List<Trigger> triggers() {
        return List.of(Trigger.onItself(requests));
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        requests.get(key)
                .filter(r -> Conditions.has(r, Conditions.APPROVED))
                .filter(r -> !Conditions.has(r, Conditions.FAILED) && !r.status().hasCertificate())
                .ifPresent(
                        r -> Signer.of(r.spec().signerName()).ifPresent(signer -> sign(r, signer)));
        return Outcome.DONE;
    }

    private void sign(CertificateSigningRequest request, Signer signer) {
        SigningRequest asked;
        try {
            asked = SigningRequest.parse(request.spec().request().toUtf8());
        } catch (PkiException e) {
            fail(request, String.valueOf(e.getMessage()));
            return;
        }
        Optional<String> problem = signer.problem(asked, request.spec().usages());
        if (problem.isPresent()) {
            fail(request, problem.get());
            return;
        }
        CertificateRequest wanted =
                asked.wanted(signer.usages(request.spec().usages()), validity(request));
        String chain = sign(asked, wanted);
        write(request.toBuilder().status(s -> s.certificate(Bytes.utf8(chain))).build());
    }

    private static Duration validity(CertificateSigningRequest request) {
        if (!request.spec().hasExpirationSeconds()) {
            return VALIDITY_MAX;
        }
        Duration asked = Duration.ofSeconds(request.spec().expirationSeconds());
        return asked.compareTo(VALIDITY_MAX) < 0 ? asked : VALIDITY_MAX;
    }

    private String sign(SigningRequest asked, CertificateRequest wanted) {
        try {
            CertificateAuthority authority =
                    CertificateAuthority.load(
                            pkiDir.resolve("ca.crt"), pkiDir.resolve("ca.key"), clock);
            return Certificates.toPem(List.of(authority.sign(asked.publicKey(), wanted)));
        } catch (IOException e) {
            throw new UncheckedIOException("the cluster's CA can't be read", e);
        }
    }

    private void fail(CertificateSigningRequest request, String why) {
        write(
                request.toBuilder()
                        .status(s ->
                                s.conditions(
                                        Conditions.with(
                                                request,
                                                Conditions.FAILED,
                                                "SignerValidationFailure",
                                                why,
                                                clock.instant())))
                        .build());
    }

    private void write(CertificateSigningRequest request) {
        client.resource(Resources.CERTIFICATE_SIGNING_REQUESTS).updateStatus(request);
    }
}
