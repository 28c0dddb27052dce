package dev.quilla.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.apiserver.admission.PodSecuritySettings;
import dev.quilla.apiserver.audit.AuditLevel;
import dev.quilla.apiserver.audit.AuditPolicy;
import dev.quilla.apiserver.audit.AuditQueue;
import dev.quilla.apiserver.audit.AuditStage;
import dev.quilla.apiserver.auth.ClaimRules;
import dev.quilla.apiserver.auth.ClaimRules.Source;
import dev.quilla.apiserver.auth.OidcAuthenticator;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecurityFilesTest {

    private static final String POLICY_HEAD = "apiVersion: audit.k8s.io/v1\nkind: Policy\n";
    private static final String OIDC_HEAD =
            "apiVersion: apiserver.config.k8s.io/v1\nkind: AuthenticationConfiguration\n";

    private static final String POD_SECURITY =
            "apiVersion: pod-security.admission.config.k8s.io/v1, kind: PodSecurityConfiguration, ";

    @TempDir private Path folder;

    private AuditPolicy policy(String text) throws IOException {
        return AuditPolicyFile.read(Files.writeString(folder.resolve("policy.yaml"), text));
    }

    private AuthenticationPlan authentication(String text) throws IOException {
        return AuthenticationFile.read(Files.writeString(folder.resolve("auth.yaml"), text));
    }

    private static void refuses(String part, Reading reading) {
        String message =
                String.valueOf(assertThrows(ConfigException.class, reading::read).getMessage());
        assertTrue(message.contains(part), message);
    }

    private interface Reading {
        void read() throws IOException;
    }

    @Test
    void readsAPolicy() throws IOException {
        AuditPolicy policy =
                policy(
                        POLICY_HEAD
                                + """
                                omitStages: [RequestReceived]
                                omitManagedFields: true
                                rules:
                                - level: RequestResponse
                                  users: [anna]
                                  userGroups: [dev]
                                  verbs: [create]
                                  namespaces: [x, ""]
                                  resources:
                                  - {group: apps, resources: [deployments], resourceNames: [web]}
                                  omitStages: [Panic]
                                  omitManagedFields: false
                                - level: None
                                  nonResourceURLs: ["/api*", "*"]
                                - level: Metadata
                                """);
        assertEquals(3, policy.rules().size());
        assertEquals(AuditLevel.REQUEST_RESPONSE, policy.rules().getFirst().level());
        assertEquals(Set.of(AuditStage.PANIC), policy.rules().getFirst().omitStages());
        assertEquals(Optional.of(false), policy.rules().getFirst().omitManagedFields());
        assertEquals(Set.of(AuditStage.REQUEST_RECEIVED), policy.omitStages());
        assertTrue(policy.omitManagedFields());
    }

    @Test
    void saysWhatIsWrongWithAPolicy() {
        refuses("key rules must hold 1", () -> policy(POLICY_HEAD));
        refuses("kind must be Policy", () -> policy("apiVersion: audit.k8s.io/v1\nkind: X\n"));
        refuses(
                "key rules[0].level must be None, Metadata, Request, RequestResponse, is 'All'",
                () -> policy(POLICY_HEAD + "rules: [{level: All}]"));
        refuses(
                "key rules[0].omitStages has no stage 'Before'",
                () -> policy(POLICY_HEAD + "rules: [{level: None, omitStages: [Before]}]"));
        refuses(
                "key rules[0].nonResourceURLs must begin with / and may end in *, is '/a*b'",
                () -> policy(POLICY_HEAD + "rules: [{level: None, nonResourceURLs: ['/a*b']}]"));
        refuses(
                "key rules[0].nonResourceURLs can't stand beside",
                () ->
                        policy(
                                POLICY_HEAD
                                        + "rules: [{level: None, namespaces: [x],"
                                        + " nonResourceURLs: ['/a']}]"));
        refuses(
                "key rules[0].resources[0].resourceNames needs resources",
                () ->
                        policy(
                                POLICY_HEAD
                                        + "rules: [{level: None, resources: [{resourceNames:"
                                        + " [a]}]}]"));
    }

    private PodSecuritySettings admission(String plugins) throws IOException {
        return AdmissionFile.read(
                Files.writeString(
                        folder.resolve("admission.yaml"),
                        "apiVersion: apiserver.config.k8s.io/v1\nkind: AdmissionConfiguration\n"
                                + "plugins: ["
                                + plugins
                                + "]\n"));
    }

    private PodSecuritySettings podSecurity(String more) throws IOException {
        return admission("{name: PodSecurity, configuration: {" + POD_SECURITY + more + "}}");
    }

    @Test
    void readsAnAdmissionConfiguration() throws IOException {
        PodSecuritySettings settings =
                podSecurity(
                        "defaults: {enforce: baseline, enforce-version: v1.30, warn: ''},"
                                + " exemptions: {usernames: [anna], runtimeClasses: [kata],"
                                + " namespaces: [kube-system]}");
        assertEquals(
                new PodSecuritySettings(
                        Map.of("enforce", "baseline", "enforce-version", "v1.30"),
                        Set.of("anna"),
                        Set.of("kata"),
                        Set.of("kube-system")),
                settings);
        assertEquals(PodSecuritySettings.NONE, admission(""));
        Files.writeString(folder.resolve("pods.yaml"), "{" + POD_SECURITY + "}");
        assertEquals(PodSecuritySettings.NONE, admission("{name: PodSecurity, path: pods.yaml}"));
    }

    @Test
    void saysWhatIsWrongWithAnAdmissionConfiguration() {
        refuses(
                "key plugins[0].name must be PodSecurity",
                () -> admission("{name: ImagePolicyWebhook, configuration: {}}"));
        refuses(
                "defaults.enforce must be privileged, baseline or restricted, is 'most'",
                () -> podSecurity("defaults: {enforce: most}"));
        refuses(
                "defaults.audit-version must be latest or as v1.36, is '1.36'",
                () -> podSecurity("defaults: {audit-version: '1.36'}"));
        refuses("defaults.deny is unknown", () -> podSecurity("defaults: {deny: baseline}"));
        refuses(
                "exemptions.namespaces has 'A_b'",
                () -> podSecurity("exemptions: {namespaces: [A_b]}"));
        refuses(
                "exemptions.usernames has 'a': is there twice",
                () -> podSecurity("exemptions: {usernames: [a, a]}"));
        refuses(
                "key plugins names PodSecurity twice",
                () ->
                        admission(
                                "{name: PodSecurity, configuration: {%1$s}}, {name: PodSecurity, configuration: {%1$s}}"
                                        .formatted(POD_SECURITY)));
    }

    private AuthorizationPlan authorization(String authorizers) throws IOException {
        return AuthorizationFile.read(
                Files.writeString(
                        folder.resolve("authorization.yaml"),
                        "apiVersion: apiserver.config.k8s.io/v1\nkind: AuthorizationConfiguration\n"
                                + "authorizers: ["
                                + authorizers
                                + "]\n"));
    }

    private AuthorizationPlan webhook(String more) throws IOException {
        return authorization(
                "{type: Webhook, name: hook, webhook: {timeout: 3s, subjectAccessReviewVersion: v1,"
                        + " matchConditionSubjectAccessReviewVersion: v1, connectionInfo: {type:"
                        + " KubeConfigFile, kubeConfigFile: hook.kubeconfig}, "
                        + more
                        + "}}");
    }

    @Test
    void readsAnAuthorizationConfiguration() throws IOException {
        writeKubeconfig();
        List<AuthorizationPlan.Entry> entries =
                authorization("{type: Node, name: node}, {type: RBAC, name: rbac}").authorizers();
        assertEquals(
                List.of(new AuthorizationPlan.Entry.Nodes(), new AuthorizationPlan.Entry.Roles()),
                entries);
        var hook =
                (AuthorizationPlan.Entry.Webhook)
                        webhook(
                                        "failurePolicy: Deny, unauthorizedTTL: 7s, matchConditions:"
                                                + " [{expression: has(request.resourceAttributes)}]")
                                .authorizers()
                                .getFirst();
        assertEquals(Duration.ofSeconds(3), hook.timeout());
        assertEquals(Duration.ofMinutes(5), hook.settings().allowedFor());
        assertEquals(Duration.ofSeconds(7), hook.settings().otherwiseFor());
        assertEquals(1, hook.settings().conditions().size());
        refuses("key authorizers must hold 1", () -> authorization(""));
        refuses(
                "key authorizers[1].type stands there twice: RBAC",
                () -> authorization("{type: RBAC, name: a}, {type: RBAC, name: b}"));
        refuses(
                "key authorizers[0].type must be Webhook, Node or RBAC",
                () -> authorization("{type: ABAC, name: a}"));
        refuses("failurePolicy must be Deny or NoOpinion", () -> webhook("failurePolicy: Perhaps"));
        refuses(
                "key authorizers[0].webhook.matchConditions[0].expression must evaluate to bool",
                () -> webhook("failurePolicy: Deny, matchConditions: [{expression: '1'}]"));
    }

    private Optional<AuditPlan> audit(String text) throws IOException {
        ConfigSection root =
                ConfigSection.read(Files.writeString(folder.resolve("master.yaml"), text));
        Optional<AuditPlan> plan = AuditPlan.of(root);
        root.finish();
        return plan;
    }

    private void writeKubeconfig() throws IOException {
        Files.writeString(
                folder.resolve("hook.kubeconfig"),
                """
                apiVersion: v1
                kind: Config
                clusters: [{name: c, cluster: {server: "https://audit.example.com/events"}}]
                users: [{name: u, user: {}}]
                contexts: [{name: x, context: {cluster: c, user: u}}]
                current-context: x
                """);
    }

    @Test
    void readsWhereEventsGo() throws IOException {
        writeKubeconfig();
        AuditPlan both =
                audit(
                                """
                                audit:
                                  logFile: audit.log
                                  mode: blocking-strict
                                  webhook: {kubeconfig: hook.kubeconfig, batchMax: 7, batchWait: 2s}
                                """)
                        .orElseThrow();
        assertEquals(
                new AuditQueue.Settings(
                        AuditQueue.Mode.BLOCKING_STRICT, 10_000, 400, Duration.ZERO),
                both.log().orElseThrow().queue());
        AuditPlan.Webhook webhook = both.webhook().orElseThrow();
        assertEquals("/events", webhook.server().path());
        assertEquals(
                new AuditQueue.Settings(AuditQueue.Mode.BATCH, 10_000, 7, Duration.ofSeconds(2)),
                webhook.queue());
        assertTrue(
                audit("audit: {webhook: {kubeconfig: hook.kubeconfig}}")
                        .orElseThrow()
                        .log()
                        .isEmpty());
        refuses("audit.logFile", () -> audit("audit: {mode: batch}"));
        refuses("audit.mode", () -> audit("audit: {logFile: a, mode: perhaps}"));
        refuses(
                "audit.webhook.kubeconfig can't be used",
                () -> audit("audit: {webhook: {kubeconfig: none}}"));
    }

    @Test
    void readsAnAuthenticationConfiguration() throws IOException {
        AuthenticationPlan plan =
                authentication(
                        OIDC_HEAD
                                + """
                                jwt:
                                - issuer:
                                    url: https://id.example.com/realm
                                    audiences: [quilla, kubernetes]
                                    audienceMatchPolicy: MatchAny
                                  claimValidationRules:
                                  - {claim: hd, requiredValue: example.com}
                                  claimMappings:
                                    username: {claim: email, prefix: "oidc:"}
                                    groups: {claim: groups, prefix: ""}
                                    uid: {claim: sub}
                                anonymous:
                                  enabled: true
                                  conditions: [{path: /livez}]
                                """);
        AuthenticationPlan.Issuer issuer = plan.issuers().getFirst();
        assertEquals(
                new OidcAuthenticator.Rules(
                        "https://id.example.com/realm",
                        List.of("quilla", "kubernetes"),
                        new ClaimRules(
                                Map.of("hd", "example.com"),
                                List.of(),
                                new Source.Claim("email", "oidc:"),
                                Optional.of(new Source.Claim("groups", "")),
                                Optional.of(new Source.Claim("sub", "")),
                                Map.of(),
                                List.of())),
                issuer.rules());
        assertEquals(
                URI.create("https://id.example.com/realm/.well-known/openid-configuration"),
                issuer.discovery());
        assertTrue(plan.allowsAnonymous("/livez"));
        assertFalse(plan.allowsAnonymous("/readyz"));
        assertFalse(
                authentication(OIDC_HEAD + "anonymous: {enabled: false}")
                        .allowsAnonymous("/livez"));
        assertTrue(authentication(OIDC_HEAD).allowsAnonymous("/livez"));
    }

    @Test
    void saysWhatIsWrongWithAnAuthenticationConfiguration() {
        refuses("key jwt[0].issuer.url must be an https URL", () -> issuer("http://x", ""));
        refuses("key jwt[0].issuer.url must be an https URL", () -> issuer("https://x?y", ""));
        refuses(
                "key jwt[0].issuer.url is that of this cluster",
                () -> issuer("https://kubernetes.default.svc.cluster.local", ""));
        refuses(
                "key jwt[0].userValidationRules[0].expression compilation failed",
                () ->
                        issuer(
                                "https://x",
                                "  userValidationRules: [{expression: 'claims.sub == 1'}]\n"));
        refuses(
                "key jwt[0].claimValidationRules[0].expression must evaluate to bool",
                () -> issuer("https://x", "  claimValidationRules: [{expression: '1'}]\n"));
        refuses(
                "key jwt[0].claimMappings.extra[0].key must be a domain of yours",
                () ->
                        mappings(
                                "username: {expression: claims.sub}, extra: [{key: team, valueExpression: claims.t}]"));
        refuses(
                "key jwt[0].claimMappings.username.expression can't stand beside claim",
                () -> mappings("username: {expression: claims.sub, claim: sub}"));
        refuses(
                "must look at claims.email_verified too",
                () -> mappings("username: {expression: claims.email}"));
        refuses(
                "key jwt[0].claimMappings.username.prefix is missing",
                () ->
                        authentication(
                                OIDC_HEAD
                                        + "jwt: [{issuer: {url: 'https://x', audiences: [a]},"
                                        + " claimMappings: {username: {claim: sub}}}]"));
        refuses(
                "key jwt[0].issuer.audiences must name at least one audience",
                () ->
                        authentication(
                                OIDC_HEAD
                                        + "jwt: [{issuer: {url: 'https://x'}, claimMappings:"
                                        + " {username: {claim: sub, prefix: ''}}}]"));
    }

    @Test
    void readsExpressionsAboutClaims() throws IOException {
        ClaimRules claims =
                mappings(
                                """
                                username: {expression: "claims.email_verified ? claims.email : ''"},
                                groups: {expression: "claims.roles"}, uid: {claim: sub},
                                extra: [{key: example.com/team, valueExpression: claims.team}]
                                """)
                        .issuers()
                        .getFirst()
                        .rules()
                        .claims();
        assertTrue(claims.username() instanceof Source.Computed);
        assertTrue(claims.groups().orElseThrow() instanceof Source.Computed);
        assertEquals(Optional.of(new Source.Claim("sub", "")), claims.uid());
        assertEquals(Set.of("example.com/team"), claims.extra().keySet());
    }

    private AuthenticationPlan mappings(String text) throws IOException {
        return authentication(
                OIDC_HEAD
                        + "jwt: [{issuer: {url: 'https://x', audiences: [a]}, claimMappings: {"
                        + text
                        + "}}]");
    }

    private AuthenticationPlan issuer(String url, String more) throws IOException {
        return authentication(
                OIDC_HEAD
                        + """
                        jwt:
                        - issuer: {url: "%s", audiences: [a]}
                          claimMappings: {username: {claim: sub, prefix: ""}}
                        """
                                .formatted(url)
                        + more);
    }
}
