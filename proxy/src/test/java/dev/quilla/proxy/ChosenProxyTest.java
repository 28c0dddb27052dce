package dev.quilla.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.client.ApiClient;
import dev.quilla.client.EventRecorder;
import dev.quilla.client.Informers;
import dev.quilla.client.fake.FakeApi;
import dev.quilla.plugin.NetworkProxy;
import dev.quilla.plugin.NetworkProxyFactory;
import dev.quilla.plugin.PluginContext;
import dev.quilla.plugin.PluginContext.Component;
import dev.quilla.plugin.ProxyContext;
import dev.quilla.plugin.QuillaPlugin;
import dev.quilla.plugin.ServiceChanges;
import dev.quilla.plugin.ServiceTable;
import dev.quilla.plugin.host.BundledPlugin;
import dev.quilla.plugin.host.PluginHost;
import dev.quilla.plugin.host.PluginHostConfig;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChosenProxyTest {

    private static final ProxyContext CONTEXT =
            new ProxyContext("c", "n1", List.of("127.0.0.1"), "", "", "");
    private static final ServiceChanges NO_CHANGES = new ServiceChanges(Set.of(), Set.of());

    @TempDir Path directory;

    private final List<String> story = new ArrayList<>();
    private Map<String, String> labels = Map.of();
    private ApiClient client;
    private Informers informers;
    private PluginHost host;
    private EventRecorder events;
    private ChosenProxy proxy;

    @BeforeEach
    void start() {
        client = new ApiClient(new FakeApi());
        informers = new Informers(client);
        events = new EventRecorder(client, "proxy", "n1", InstantSource.system());
        host =
                new PluginHost(
                        new PluginHostConfig(
                                Component.PROXY,
                                "n1",
                                Map::of,
                                directory,
                                List.of(new BundledPlugin.Part("two", new Two()))),
                        client,
                        informers);
        host.start();
        proxy = new ChosenProxy(host, () -> labels, "usual", CONTEXT, events);
    }

    @AfterEach
    void close() {
        proxy.close();
        host.close();
        events.close();
        informers.close();
    }

    private final class Two implements QuillaPlugin {
        @Override
        public List<NetworkProxyFactory> networkProxies(PluginContext context) {
            return List.of(new Factory("usual"), new Factory("other"));
        }
    }

    private final class Factory implements NetworkProxyFactory {
        private final String name;

        Factory(String name) {
            this.name = name;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public NetworkProxy create(ProxyContext context) {
            story.add("create " + name);
            return new NetworkProxy() {
                @Override
                public void apply(ServiceTable table, ServiceChanges changes) {
                    story.add("apply " + name);
                }

                @Override
                public long confirmed() {
                    return 0;
                }

                @Override
                public void close() {
                    story.add("close " + name);
                }
            };
        }
    }

    @Test
    void theLabelSwapsTheProxyOnce() throws Exception {
        assertTrue(proxy.choose());
        proxy.apply(ServiceTable.EMPTY, NO_CHANGES);
        assertFalse(proxy.choose());
        labels = Map.of(ChosenProxy.LABEL, "other");
        assertTrue(proxy.choose());
        proxy.apply(ServiceTable.EMPTY, NO_CHANGES);
        assertEquals(
                List.of(
                        "create usual",
                        "apply usual",
                        "close usual",
                        "create other",
                        "apply other"),
                story);
    }

    @Test
    void servesByTheUsualProxyWhereTheOneNamedIsNotThere() throws Exception {
        labels = Map.of(ChosenProxy.LABEL, "nobody's");
        assertTrue(proxy.choose());
        assertFalse(proxy.choose());
        assertEquals(List.of("create usual"), story);
    }
}
