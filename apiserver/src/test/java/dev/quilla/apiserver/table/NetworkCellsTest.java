package dev.quilla.apiserver.table;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quilla.model.Struct;
import dev.quilla.model.networking.v1.IPAddress;
import dev.quilla.model.networking.v1.ServiceCIDR;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class NetworkCellsTest {

    private static Object cell(String resource, String column, Struct object) {
        Cells cells = NetworkCells.byResource().get(resource + ".networking.k8s.io");
        return Objects.requireNonNull(
                Objects.requireNonNull(cells).cell(column, object, Instant.EPOCH));
    }

    @Test
    void anAddressSaysWhoseItIs() {
        IPAddress ofService =
                IPAddress.builder()
                        .spec(s ->
                                s.parentRef(p ->
                                        p.resource("services").namespace("default").name("web")))
                        .build();
        IPAddress ofCluster =
                IPAddress.builder()
                        .spec(s ->
                                s.parentRef(
                                        p -> p.group("example.com").resource("gateways").name("g")))
                        .build();
        assertEquals("services/default/web", cell("ipaddresses", "ParentRef", ofService.struct()));
        assertEquals(
                "gateways.example.com/g", cell("ipaddresses", "ParentRef", ofCluster.struct()));
    }

    @Test
    void aRangeSaysWhichAddressesItHas() {
        ServiceCIDR range =
                ServiceCIDR.builder()
                        .spec(s -> s.cidrs(List.of("10.96.0.0/12", "2001:db8::/112")))
                        .build();
        assertEquals("10.96.0.0/12,2001:db8::/112", cell("servicecidrs", "CIDRs", range.struct()));
    }
}
