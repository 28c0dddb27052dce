package dev.quilla.apiserver.kinds;

import dev.quilla.model.Bytes;
import dev.quilla.model.Struct;
import dev.quilla.model.certificates.v1.CertificateSigningRequest;
import dev.quilla.model.certificates.v1.CertificateSigningRequestCondition;
import dev.quilla.model.certificates.v1.CertificateSigningRequestSpec;
import dev.quilla.model.validation.FieldError;
import dev.quilla.model.validation.Names;
import dev.quilla.pki.PkiException;
import dev.quilla.pki.SigningRequest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Requests for certificates: what is asked never changes, and a verdict is for good. */
final class CertificateRequestKind implements KindBehaviour {

    private static final int EXPIRATION_SECONDS_MIN = 600;
    private static final String LEGACY = "kubernetes.io/legacy-unknown";
    private static final Set<String> FINAL = Set.of("Approved", "Denied", "Failed");

    @Override
    public Struct beforeUpdate(Struct before, Struct object) {
        return new CertificateSigningRequest(object)
                .toBuilder().spec(new CertificateSigningRequest(before).spec()).build().struct();
    }

    @Override
    public List<FieldError> validate(Struct object, Optional<Struct> before) {
        if (before.isPresent()) {
            return List.of();
        }
        CertificateSigningRequestSpec spec = new CertificateSigningRequest(object).spec();
        List<FieldError> errors = new ArrayList<>();
        try {
            SigningRequest.parse(spec.request().toUtf8());
        } catch (PkiException e) {
            errors.add(
                    FieldError.invalid(
                            "spec.request",
                            spec.request().toUtf8(),
                            String.valueOf(e.getMessage())));
        }
        usages(spec, errors);
        signer(spec.signerName(), errors);
        if (spec.hasExpirationSeconds() && spec.expirationSeconds() < EXPIRATION_SECONDS_MIN) {
            errors.add(
                    FieldError.invalid(
                            "spec.expirationSeconds",
                            spec.expirationSeconds(),
                            "may not specify a duration less than 600 seconds (10 minutes)"));
        }
        return errors;
    }

    private static void usages(CertificateSigningRequestSpec spec, List<FieldError> errors) {
        if (spec.usages().isEmpty()) {
            errors.add(FieldError.required("spec.usages", ""));
        }
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < spec.usages().size(); i++) {
            String usage = spec.usages().get(i);
            if (!seen.add(usage)) {
                errors.add(FieldError.duplicate("spec.usages[" + i + "]", usage));
            }
        }
    }

    private static void signer(String name, List<FieldError> errors) {
        String at = "spec.signerName";
        String[] parts = name.split("/", -1);
        if (name.isEmpty()) {
            errors.add(FieldError.required(at, ""));
        } else if (parts.length != 2 || parts[1].isEmpty()) {
            errors.add(
                    FieldError.invalid(
                            at,
                            name,
                            "must be a fully qualified domain and path of the form"
                                    + " 'example.com/signer-name'"));
        } else if (Names.subdomain(parts[0]).isPresent() || !parts[0].contains(".")) {
            errors.add(
                    FieldError.invalid(
                            at,
                            name,
                            "should be a domain with at least two segments separated by dots"));
        } else if (name.equals(LEGACY)) {
            errors.add(
                    FieldError.invalid(
                            at, name, "the legacy signerName is not allowed via this API version"));
        }
    }

    @Override
    public List<FieldError> validateStatus(Struct object, Struct before) {
        List<CertificateSigningRequestCondition> now =
                new CertificateSigningRequest(object).status().conditions();
        List<FieldError> errors = new ArrayList<>();
        Set<String> types = new HashSet<>();
        for (int i = 0; i < now.size(); i++) {
            CertificateSigningRequestCondition condition = now.get(i);
            String at = "status.conditions[" + i + "]";
            if (condition.type().isEmpty()) {
                errors.add(FieldError.required(at + ".type", ""));
            } else if (!types.add(condition.type())) {
                errors.add(FieldError.duplicate(at + ".type", condition.type()));
            }
            if (FINAL.contains(condition.type()) && !condition.status().equals("True")) {
                errors.add(
                        FieldError.notSupported(
                                at + ".status", condition.status(), List.of("True")));
            }
        }
        if (types.contains("Approved") && types.contains("Denied")) {
            errors.add(
                    FieldError.invalid(
                            "status.conditions",
                            "Denied",
                            "Approved and Denied conditions are mutually exclusive"));
        }
        new CertificateSigningRequest(before)
                .status().conditions().stream()
                        .map(CertificateSigningRequestCondition::type)
                        .filter(t -> FINAL.contains(t) && !types.contains(t))
                        .forEach(t ->
                                errors.add(
                                        FieldError.forbidden(
                                                "status.conditions",
                                                "updates may not remove a condition of type \""
                                                        + t
                                                        + "\"")));
        certificate(
                new CertificateSigningRequest(object).status().certificate(),
                new CertificateSigningRequest(before).status().certificate(),
                errors);
        return errors;
    }

    /** What is issued is a chain of certificates and nothing else, and is never exchanged. */
    private static void certificate(Bytes now, Bytes before, List<FieldError> errors) {
        String at = "status.certificate";
        if (now.equals(before)) {
            return;
        }
        if (now.length() > 0) {
            PemBlocks.problem(now.toUtf8())
                    .ifPresent(problem ->
                            errors.add(FieldError.invalid(at, "<certificate data>", problem)));
        }
        if (before.length() > 0) {
            errors.add(
                    FieldError.forbidden(
                            at, "updates may not modify existing certificate content"));
        }
    }
}
