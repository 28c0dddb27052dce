package dev.quilla.server.config;

import dev.quilla.apiserver.auth.OidcAuthenticator;
import dev.quilla.apiserver.auth.TokenIssuer;
import dev.quilla.pki.Certificates;
import dev.quilla.pki.PkiException;
import java.net.URI;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * An {@code AuthenticationConfiguration} of {@code apiserver.config.k8s.io/v1}. What it says of
 * claims is read by {@link ClaimsSection}.
 */
final class AuthenticationFile {

    private static final int ISSUERS_MAX = 64;
    private static final Set<String> VERSIONS =
            Set.of("apiserver.config.k8s.io/v1", "apiserver.config.k8s.io/v1beta1");

    private AuthenticationFile() {}

    /**
     * Reads the file.
     *
     * @throws ConfigException with everything that is wrong in it
     */
    static AuthenticationPlan read(Path file) {
        ConfigSection root = ConfigSection.read(file);
        if (!VERSIONS.contains(root.string("apiVersion"))) {
            root.error("apiVersion", "must be apiserver.config.k8s.io/v1");
        }
        if (!root.string("kind").equals("AuthenticationConfiguration")) {
            root.error("kind", "must be AuthenticationConfiguration");
        }
        List<AuthenticationPlan.Issuer> issuers = root.sections("jwt", AuthenticationFile::issuer);
        if (issuers.size() > ISSUERS_MAX) {
            root.error("jwt", "must hold " + ISSUERS_MAX + " issuers at the most");
        }
        if (issuers.stream().map(i -> i.rules().issuer()).distinct().count() < issuers.size()) {
            root.error("jwt", "names an issuer twice");
        }
        Optional<List<String>> anonymous =
                root.sectionIfPresent("anonymous").flatMap(AuthenticationFile::anonymous);
        root.finish();
        return new AuthenticationPlan(issuers, anonymous, Optional.empty());
    }

    /** The paths; empty for all. */
    private static Optional<List<String>> anonymous(ConfigSection section) {
        boolean enabled = section.flag("enabled", false);
        List<String> paths = section.sections("conditions", c -> c.string("path"));
        if (!enabled && !paths.isEmpty()) {
            section.error("conditions", "can't stand where enabled is false");
        }
        return enabled && paths.isEmpty() ? Optional.empty() : Optional.of(paths);
    }

    private static AuthenticationPlan.Issuer issuer(ConfigSection section) {
        ConfigSection issuer = section.section("issuer");
        URI url = url(issuer, "url");
        if (url.toString().equals(TokenIssuer.ISSUER)) {
            issuer.error("url", "is that of this cluster's service accounts");
        }
        URI discovery =
                issuer.has("discoveryURL")
                        ? url(issuer, "discoveryURL")
                        : URI.create(
                                url.toString().replaceAll("/+$", "")
                                        + "/.well-known/openid-configuration");
        if (discovery.equals(url)) {
            issuer.error("discoveryURL", "must be another than url");
        }
        return new AuthenticationPlan.Issuer(
                new OidcAuthenticator.Rules(
                        url.toString(), audiences(issuer), ClaimsSection.read(section)),
                discovery,
                authorities(issuer));
    }

    private static URI url(ConfigSection section, String key) {
        String text = section.string(key);
        try {
            URI url = URI.create(text);
            if ("https".equals(url.getScheme())
                    && url.getHost() != null
                    && url.getUserInfo() == null
                    && url.getQuery() == null
                    && url.getFragment() == null) {
                return url;
            }
        } catch (IllegalArgumentException e) {
            // Told below, as all others.
        }
        section.error(
                key, "must be an https URL without user, query and fragment, is '" + text + "'");
        return URI.create("https://invalid");
    }

    private static List<String> audiences(ConfigSection issuer) {
        List<String> audiences = issuer.strings("audiences");
        if (audiences.isEmpty() || new HashSet<>(audiences).size() < audiences.size()) {
            issuer.error("audiences", "must name at least one audience, and none twice");
        }
        String policy = issuer.string("audienceMatchPolicy", "");
        if (!policy.equals("MatchAny") && (audiences.size() > 1 || !policy.isEmpty())) {
            issuer.error("audienceMatchPolicy", "must be MatchAny, is '" + policy + "'");
        }
        return audiences;
    }

    private static List<X509Certificate> authorities(ConfigSection issuer) {
        if (!issuer.has("certificateAuthority")) {
            return List.of();
        }
        try {
            return Certificates.parse(issuer.string("certificateAuthority"));
        } catch (PkiException e) {
            issuer.error("certificateAuthority", "must be certificates in PEM: " + e.getMessage());
            return List.of();
        }
    }
}
