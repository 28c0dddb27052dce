package dev.quilla.ctl.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quilla.ctl.cluster.Tree;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExplanationTest {

    private static final Tree SCHEMAS =
            Tree.parse(
                    """
                    {"v1.Box":{"description":"Box holds things.","type":"object","required":["size"],
                      "properties":{
                        "size":{"description":"How much fits.","type":"integer"},
                        "lid":{"type":"string","enum":["a","b","c","d","e"]},
                        "inner":{"description":"Boxes inside. One of them may be so large that it does not fit, which is then told.",
                          "type":"array","items":{"allOf":[{"$ref":"#/components/schemas/v1.Box"}]}},
                        "labels":{"type":"object","additionalProperties":{"type":"string"}},
                        "any":{"type":"object"},
                        "weights":{"type":"object","additionalProperties":{"$ref":"#/components/schemas/v1.Box"}}}}}
                    """
                            .getBytes(StandardCharsets.UTF_8));

    private static final Field BOX = new Field(SCHEMAS, SCHEMAS.tree("v1.Box"));

    private static String said(Field field, boolean recursive) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        new Explanation(out).printMeaning(field, recursive);
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static Field field(String name) {
        return Map.copyOf(BOX.fields()).entrySet().stream()
                .filter(e -> e.getKey().equals(name))
                .findFirst()
                .orElseThrow()
                .getValue();
    }

    @Test
    void typesAreNamedAsPeopleWriteThem() {
        assertEquals("integer", field("size").type());
        assertEquals("[]Box", field("inner").type());
        assertEquals("map[string]string", field("labels").type());
        assertEquals("map[string]Box", field("weights").type());
        assertEquals("Object", field("any").type());
    }

    @Test
    void fieldsAreListedWithWhatTheyMean() {
        assertEquals(
                """
                DESCRIPTION:
                    Box holds things.
                \s\s\s\s
                FIELDS:
                  any\t<Object>
                    <no description>

                  inner\t<[]Box>
                    Boxes inside. One of them may be so large that it does not fit, which is
                    then told.

                  labels\t<map[string]string>
                    <no description>

                  lid\t<string>
                  enum: a, b, c, d, ....
                    <no description>

                  size\t<integer> -required-
                    How much fits.

                  weights\t<map[string]Box>
                    <no description>


                """,
                said(BOX, false));
    }

    @Test
    void aTypeInsideItselfIsNamedOnce() {
        String said = said(field("inner"), true);
        assertEquals(
                """
                DESCRIPTION:
                    Boxes inside. One of them may be so large that it does not fit, which is
                    then told.
                    Box holds things.
                \s\s\s\s
                FIELDS:
                  any\t<Object>
                  inner\t<[]Box>
                  labels\t<map[string]string>
                """,
                said.lines().limit(9).map(l -> l + "\n").reduce("", String::concat));
        assertEquals(1, said.lines().filter(l -> l.contains("inner")).count(), said);
    }

    @Test
    void aFieldWithoutFieldsHasAMeaningAlone() {
        assertEquals("DESCRIPTION:\n    How much fits.\n    \n\n", said(field("size"), false));
    }
}
