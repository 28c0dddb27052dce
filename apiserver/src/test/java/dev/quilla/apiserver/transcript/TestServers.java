package dev.quilla.apiserver.transcript;

import dev.quilla.apiserver.admission.AdmissionChain;
import dev.quilla.apiserver.audit.Audit;
import dev.quilla.apiserver.auth.jwt.JsonWebKey;
import dev.quilla.apiserver.discovery.IssuerDocuments;
import dev.quilla.apiserver.encryption.Encryption;
import dev.quilla.apiserver.flow.FlowControl;
import dev.quilla.apiserver.http.ApiServer;
import dev.quilla.apiserver.http.BackupSender;
import dev.quilla.apiserver.http.Callers;
import dev.quilla.apiserver.http.Health;
import dev.quilla.apiserver.http.KeyPaths;
import dev.quilla.apiserver.http.NodeConnector;
import dev.quilla.apiserver.registry.ResourceRegistry;
import dev.quilla.apiserver.registry.StoredKeys;
import dev.quilla.apiserver.request.Identity;
import dev.quilla.apiserver.request.RequestInfo;
import dev.quilla.apiserver.request.ResourceHandler;
import dev.quilla.apiserver.table.TableWriter;
import dev.quilla.http.HttpExchange;
import dev.quilla.pki.KeyPairs;
import java.io.IOException;
import java.security.interfaces.ECPublicKey;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Makes servers of HTTP over a {@link TestApi}; there are no nodes behind them. */
public final class TestServers {

    private TestServers() {}

    /** A server that answers requests about resources with a handler. */
    public static ApiServer over(
            TestApi api,
            ResourceRegistry registry,
            ResourceHandler handler,
            Callers callers,
            FlowControl flows,
            InstantSource clock) {
        return new ApiServer(
                callers,
                registry,
                handler,
                api.aggregator(),
                api.discovery(),
                new AdmissionChain(List.of()),
                new TableWriter(clock),
                new Health(
                        "m",
                        "",
                        api.objects().store(),
                        () -> true,
                        Optional::empty,
                        Optional::empty,
                        Optional::empty),
                new NoNodes(),
                new BackupSender(api.objects().store(), "c", "m", clock),
                flows,
                new KeyPaths(
                        "m",
                        new StoredKeys(
                                api.objects(),
                                registry,
                                Encryption.NONE,
                                Optional.empty(),
                                Set.of()),
                        List::of),
                Audit.OFF,
                new IssuerDocuments(
                        "https://localhost",
                        JsonWebKey.of((ECPublicKey) KeyPairs.generate().getPublic())),
                clock);
    }

    /** A server of an API to which everybody is an administrator. */
    public static ApiServer forAdministrators(TestApi api, FlowControl flows) {
        Identity admin = Identity.known("admin", "", List.of(Identity.MASTERS));
        Callers callers =
                new Callers(List.of(c -> Optional.of(admin)), (who, what) -> true, path -> true);
        InstantSource clock = InstantSource.system();
        return over(api, api.registry(), api.resources(), callers, flows, clock);
    }

    private static final class NoNodes implements NodeConnector {
        @Override
        public boolean handles(RequestInfo info) {
            return false;
        }

        @Override
        public int connect(HttpExchange exchange, RequestInfo info) throws IOException {
            throw new IOException("there are no nodes");
        }
    }
}
