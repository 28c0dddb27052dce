package dev.quilla.controller.certificate;

import dev.quilla.client.ApiClient;
import dev.quilla.client.Informer;
import dev.quilla.client.Informers;
import dev.quilla.controller.Controller;
import dev.quilla.controller.Trigger;
import dev.quilla.model.ApiException;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.certificates.v1.CertificateSigningRequest;
import dev.quilla.model.certificates.v1.CertificateSigningRequestCondition;
import dev.quilla.model.meta.v1.DeleteOptions;
import dev.quilla.pki.Certificates;
import dev.quilla.pki.PkiException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Throws requests away that nobody needs any more: an hour after they were signed, denied or
 * failed, a day after they were made and not answered, and when their certificate has ended.
 */
public final class CleanupController implements Controller {

    private static final Duration ANSWERED_MAX = Duration.ofHours(1);
    private static final Duration PENDING_MAX = Duration.ofHours(24);

    private final ApiClient client;
    private final Informer<CertificateSigningRequest> requests;
    private final InstantSource clock;

    /** Works through a client and shared informers. */
    public CleanupController(ApiClient client, Informers informers, InstantSource clock) {
        this.client = client;
        this.requests = informers.of(Resources.CERTIFICATE_SIGNING_REQUESTS);
        this.clock = clock;
    }

    @Override
    public String name() {
        return "certificate-cleanup";
    }

    @Override
    public List<Trigger> triggers() {
        return List.of(Trigger.onItself(requests));
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        Optional<CertificateSigningRequest> found = requests.get(key);
        if (found.isEmpty() || found.get().metadata().hasDeletionTimestamp()) {
            return Outcome.DONE;
        }
        Duration left = Duration.between(clock.instant(), end(found.get()));
        if (left.isPositive()) {
            return new Outcome.After(left);
        }
        delete(found.get());
        return Outcome.DONE;
    }

    private void delete(CertificateSigningRequest request) {
        try {
            client.resource(Resources.CERTIFICATE_SIGNING_REQUESTS)
                    .delete(
                            request.key(),
                            DeleteOptions.builder()
                                    .preconditions(p -> p.uid(request.uid()))
                                    .build());
        } catch (ApiException e) {
            if (!e.isNotFound()) {
                throw e;
            }
        }
    }

    private Instant end(CertificateSigningRequest request) {
        Instant made = request.metadata().creationTimestamp().orElseGet(clock::instant);
        boolean open =
                !request.status().hasCertificate()
                        && !Conditions.has(request, Conditions.DENIED)
                        && !Conditions.has(request, Conditions.FAILED);
        if (open) {
            return made.plus(PENDING_MAX);
        }
        Instant answered =
                request.status().conditions().stream()
                        .map(CertificateSigningRequestCondition::lastUpdateTime)
                        .flatMap(Optional::stream)
                        .max(Instant::compareTo)
                        .orElse(made);
        return Stream.concat(Stream.of(answered.plus(ANSWERED_MAX)), validity(request))
                .min(Instant::compareTo)
                .orElseThrow();
    }

    private static Stream<Instant> validity(CertificateSigningRequest request) {
        if (!request.status().hasCertificate()) {
            return Stream.empty();
        }
        try {
            return Certificates.parse(request.status().certificate().toUtf8()).stream()
                    .map(Certificates::end);
        } catch (PkiException e) {
            // Another signer's certificate may be in a form that we can't read.
            return Stream.empty();
        }
    }
}
