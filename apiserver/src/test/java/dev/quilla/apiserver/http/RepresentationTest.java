package dev.quilla.apiserver.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.apiserver.http.Representation.Media;
import dev.quilla.apiserver.http.Representation.Possible;
import dev.quilla.apiserver.http.Representation.Shape;
import dev.quilla.model.ApiException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RepresentationTest {

    private static final Set<Shape> OF_OBJECTS =
            EnumSet.complementOf(EnumSet.of(Shape.GROUPS, Shape.STATUS_PAGE));

    private static final Possible ALL = possible(true, OF_OBJECTS, false);
    private static final Possible WATCH = possible(true, OF_OBJECTS, true);
    private static final Possible NO_PROTOBUF = possible(false, OF_OBJECTS, false);
    private static final Possible NO_TABLES =
            possible(true, EnumSet.of(Shape.WHOLE, Shape.PARTIAL), false);
    private static final String PROTOBUF = "application/vnd.kubernetes.protobuf";
    private static final String TABLE = ";as=Table;v=v1;g=meta.k8s.io";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|JSON|WHOLE",
                "*/*|JSON|WHOLE",
                "application/*|JSON|WHOLE",
                "application/json|JSON|WHOLE",
                "application/json;charset=utf-8|JSON|WHOLE",
                "APPLICATION/JSON|JSON|WHOLE",
                "application/yaml|YAML|WHOLE",
                "text/html, application/yaml|YAML|WHOLE",
                "application/vnd.kubernetes.protobuf,application/json|PROTOBUF|WHOLE",
                "application/json;q=0.5,application/yaml;q=0.9|YAML|WHOLE",
                "application/json;q=0|JSON|WHOLE",
                "application/json;q=none,application/yaml;q=NaN|JSON|WHOLE",
                "application/json;q=0,application/yaml|YAML|WHOLE",
                "application/vnd.kubernetes.protobuf;stream=watch,application/json|PROTOBUF|WHOLE",
                "application/vnd.kubernetes.protobuf;stream=other,application/json|JSON|WHOLE",
                "application/json;as=Table;v=v1;g=meta.k8s.io,application/json|JSON|TABLE",
                "application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json|JSON|TABLE",
                "application/json;as=Table;v=v2;g=meta.k8s.io,application/json|JSON|WHOLE",
                "application/json;as=Table;v=v1,application/json|JSON|WHOLE",
                "application/yaml;v=v1,application/json|JSON|WHOLE",
                "application/yaml;g=meta.k8s.io,application/json|JSON|WHOLE",
                "application/json;as=Novel;v=v1;g=meta.k8s.io,application/json|JSON|WHOLE",
                "application/vnd.kubernetes.protobuf;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
                        + "|PROTOBUF|PARTIAL_LIST",
                "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1|JSON|PARTIAL",
                "application/json;as=APIGroupDiscoveryList;v=v2;g=apidiscovery.k8s.io,"
                        + "application/json|JSON|WHOLE",
            })
    void theFirstThatIsPossible(String accept, Media media, Shape shape) {
        Representation form = Representation.of(accept, ALL);
        assertEquals(media, form.media());
        assertEquals(shape, form.shape());
    }

    @Test
    void theOlderVersionIsAnsweredAsSuch() {
        String old = "application/yaml" + TABLE.replace("v=v1", "v=v1beta1");
        assertEquals(
                "meta.k8s.io/v1beta1",
                Representation.of(old + ",application/json" + TABLE, ALL).groupVersion());
        assertEquals(
                "meta.k8s.io/v1",
                Representation.of("application/json" + TABLE + "," + old, ALL).groupVersion());
    }

    @Test
    void tablesHaveNoProtobuf() {
        assertEquals(
                new Representation(Media.JSON, Shape.TABLE, "v1"),
                Representation.of(PROTOBUF + TABLE + ",application/json" + TABLE, ALL));
    }

    @Test
    void whatIsNeverListedHasNoTables() {
        refused("application/json" + TABLE, NO_TABLES);
        assertEquals(
                Representation.DEFAULT,
                Representation.of("application/json" + TABLE + ",application/json", NO_TABLES));
    }

    @Test
    void kindsWithoutMessagesAreSentOtherwise() {
        assertEquals(
                Representation.DEFAULT,
                Representation.of(PROTOBUF + ",application/json", NO_PROTOBUF));
        refused(PROTOBUF, NO_PROTOBUF);
    }

    @Test
    void eventsAreStreamed() {
        assertEquals(
                Representation.whole(Media.PROTOBUF),
                Representation.of(PROTOBUF + ";stream=watch", WATCH));
        assertEquals(Representation.whole(Media.PROTOBUF), Representation.of(PROTOBUF, WATCH));
        refused("application/yaml", WATCH);
        refused(PROTOBUF + ";stream=other", WATCH);
    }

    @Test
    void whatCannotBeSentIsSaid() {
        refused("text/html", ALL);
        refused(",".repeat(100) + "application/json;as=Novel", ALL);
    }

    @Test
    void groupsAreToldAsOneAtTheRootsAlone() {
        String groups = ";g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
        Representation form =
                Representation.of("application/yaml" + groups, Possible.ofDiscovery("/apis"));
        assertEquals(Shape.GROUPS, form.shape());
        assertEquals("application/yaml" + groups, form.contentType());
        refused("application/json" + groups, Possible.ofDiscovery("/apis/apps"));
        refused("application/json" + groups, Possible.ofDiscovery("/api/v1"));
        refused(
                "application/json" + groups.replace("v=v2", "v=v2beta1"),
                Possible.ofDiscovery("/api"));
        refused("application/json" + TABLE, Possible.ofDiscovery("/apis/"));
    }

    @Test
    void mediaTypesAreLookedAtBeforeForms() {
        Possible discovery = Possible.ofDiscovery("/api/v1");
        assertTrue(
                refusal("text/html" + TABLE, discovery).startsWith("406: Not Acceptable\n\nAvai"));
        assertTrue(refusal("application/json" + TABLE, discovery).startsWith("only the following"));
        assertTrue(
                refusal("text/html", Possible.ofDiscovery("/apis")).startsWith("only the follo"));
        assertTrue(refusal("application/*", discovery).startsWith("406: Not Acceptable"));
        assertEquals(Representation.DEFAULT, Representation.of("*/*", discovery));
    }

    @Test
    void whatCannotBeStreamedIsRefusedAsWhatCannotBeSentIs() {
        assertTrue(refusal("application/yaml", WATCH).contains("stream=watch"));
        assertFalse(refusal("application/json;as=Novel", WATCH).contains("stream=watch"));
    }

    private static Possible possible(boolean protobuf, Set<Shape> shapes, boolean stream) {
        return new Possible(protobuf, shapes, stream, List.of());
    }

    private static String refusal(String accept, Possible possible) {
        return assertThrows(ApiException.class, () -> Representation.of(accept, possible))
                .status()
                .message();
    }

    private static void refused(String accept, Possible possible) {
        ApiException e =
                assertThrows(ApiException.class, () -> Representation.of(accept, possible));
        assertEquals(406, e.code());
        assertTrue(e.status().message().contains("application/json"), e.status().message());
    }
}
