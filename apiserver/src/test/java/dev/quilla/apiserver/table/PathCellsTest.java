package dev.quilla.apiserver.table;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quilla.model.Schema.Column;
import dev.quilla.model.Struct;
import dev.quilla.model.apps.v1.ControllerRevision;
import dev.quilla.model.codec.JsonCodec;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Cells as kube-apiserver 1.36.3 was seen to fill them. */
class PathCellsTest {

    private static final Struct OBJECT =
            JsonCodec.decode(
                    ControllerRevision.definition(),
                    """
                    {"data": {"text": "x", "none": null, "list": ["p", "q"], "empty": "", "half": 1.7,
                     "time": "2030-01-01T00:00:00Z", "map": {"b": 1}}}
                    """
                            .getBytes(StandardCharsets.UTF_8));

    @ParameterizedTest
    @CsvSource(
            nullValues = "null",
            value = {
                "string, .data.text, x",
                "string, .data.nowhere, null",
                "string, .data.none, <no value>",
                "string, .data.list[*], p",
                "string, .data.half, 1.7",
                "string, .data.map, '{\"b\":1}'",
                "integer, .data.half, 1",
                "integer, .data.text, null",
                "number, .data.half, 1.7",
                "boolean, .data.text, null",
                "date, .data.time, 60s",
                "date, .data.text, <invalid>",
                "date, .data.empty, <unknown>",
                "date, .data.none, null",
            })
    void showsTheFirstValue(String type, String path, @Nullable String shown) {
        Column column = new Column("C", type, "", 0, "", "{" + path + "}");
        Object cell =
                new PathCells(List.of(column))
                        .cell("C", OBJECT, Instant.parse("2030-01-01T00:01:00Z"));
        assertEquals(shown, cell == null ? null : cell.toString());
    }
}
