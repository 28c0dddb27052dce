package dev.quilla.apiserver.kinds;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.apiserver.transcript.TestApi;
import dev.quilla.client.ApiClient;
import dev.quilla.client.ListOptions;
import dev.quilla.model.AddressRange;
import dev.quilla.model.ApiException;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.core.v1.Service;
import dev.quilla.model.core.v1.ServicePort;
import dev.quilla.model.networking.v1.IPAddress;
import dev.quilla.model.networking.v1.ServiceCIDR;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which addresses services get, of several ranges. */
class ServiceAddressesTest {

    private final ApiClient client = new TestApi().client();

    private void range(String name, String cidr) {
        client.resource(Resources.SERVICE_CID_RS)
                .create(
                        ServiceCIDR.builder()
                                .metadata(m -> m.name(name))
                                .spec(s -> s.cidrs(List.of(cidr)))
                                .build());
    }

    private String service(String name) {
        return client.resource(Resources.SERVICES)
                .create(
                        Service.builder()
                                .metadata(m -> m.namespace("default").name(name))
                                .spec(s -> s.ports(List.of(ServicePort.builder().port(80).build())))
                                .build())
                .spec()
                .clusterIP();
    }

    @Test
    void aSmallRangeIsUsedUpAndThenTheNextOne() {
        range(ServiceAddresses.DEFAULT_RANGE, "10.97.0.0/29");
        range("more", "10.98.0.0/30");
        Set<String> given = new HashSet<>();
        for (int i = 0; i < 8; i++) {
            assertTrue(given.add(service("s" + i)));
        }
        assertEquals(
                Set.of(
                        "10.97.0.1",
                        "10.97.0.2",
                        "10.97.0.3",
                        "10.97.0.4",
                        "10.97.0.5",
                        "10.97.0.6",
                        "10.98.0.1",
                        "10.98.0.2"),
                given);
        ApiException full = assertThrows(ApiException.class, () -> service("one-too-many"));
        assertTrue(full.getMessage().contains("range is full"), full.getMessage());
        client.resource(Resources.SERVICES).delete(new ObjectKey("default", "s0"));
        assertTrue(given.contains(service("another")));
    }

    @Test
    void theStartOfARangeIsLeftToThoseWhoAskForAnAddress() {
        AddressRange first = AddressRange.parse("10.96.0.0/24");
        range(ServiceAddresses.DEFAULT_RANGE, "10.96.0.0/24");
        for (int i = 0; i < 100; i++) {
            String address = service("s" + i);
            assertTrue(first.contains(address));
            assertTrue(Integer.parseInt(address.substring(8)) > 16, address);
        }
        assertEquals(
                100,
                client.resource(Resources.IP_ADDRESSES).list(ListOptions.ALL).items().stream()
                        .map(IPAddress::name)
                        .distinct()
                        .count());
    }
}
