package dev.quilla.apiserver.custom;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.quilla.model.apiextensions.v1.JSONSchemaProps;
import dev.quilla.model.codec.JsonCodec;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SchemaEmptiesTest {

    private static JSONSchemaProps schema(String json) {
        return new JSONSchemaProps(
                JsonCodec.decode(
                        JSONSchemaProps.definition(), json.getBytes(StandardCharsets.UTF_8)));
    }

    /** As the official Java client sends it. */
    @Test
    void whatSaysNothingIsForgotten() {
        JSONSchemaProps sent =
                schema(
                        """
                        {"type":"object","allOf":[],"enum":[],"required":[],"definitions":{},
                        "dependencies":{},"patternProperties":{},"x-kubernetes-validations":[],
                        "properties":{
                          "required":{"type":"array","properties":{},"x-kubernetes-list-map-keys":[],
                            "items":{"type":"string","oneOf":[],"definitions":{}}}}}
                        """);
        JSONSchemaProps meant =
                schema(
                        """
                        {"type":"object","properties":{
                          "required":{"type":"array","items":{"type":"string"}}}}
                        """);
        assertEquals(meant, SchemaEmpties.without(sent));
    }

    @Test
    void whatSaysSomethingStays() {
        JSONSchemaProps schema =
                schema(
                        """
                        {"type":"object","default":{},"properties":{"any":{}},"enum":[[],""],
                        "additionalProperties":{},"not":{}}
                        """);
        assertSame(schema, SchemaEmpties.without(schema));
    }
}
