package dev.quilla.controller.certificate;

import dev.quilla.model.certificates.v1.CertificateSigningRequest;
import dev.quilla.model.certificates.v1.CertificateSigningRequestCondition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What has been said of a request. */
final class Conditions {

    static final String APPROVED = "Approved";
    static final String DENIED = "Denied";
    static final String FAILED = "Failed";

    private Conditions() {}

    static Optional<CertificateSigningRequestCondition> find(
            CertificateSigningRequest request, String type) {
        return request.status().conditions().stream()
                .filter(c -> c.type().equals(type))
                .findFirst();
    }

    static boolean has(CertificateSigningRequest request, String type) {
        return find(request, type).isPresent();
    }

    /** What is said already, and one thing more. */
    static List<CertificateSigningRequestCondition> with(
            CertificateSigningRequest request,
            String type,
            String reason,
            String message,
            Instant now) {
        List<CertificateSigningRequestCondition> all =
                new ArrayList<>(request.status().conditions());
        all.add(
                CertificateSigningRequestCondition.builder()
                        .type(type)
                        .status("True")
                        .reason(reason)
                        .message(message)
                        .lastUpdateTime(now)
                        .lastTransitionTime(now)
                        .build());
        return all;
    }
}
