package dev.quilla.apiserver.auth.jwt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.model.codec.JsonTree;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.interfaces.ECPublicKey;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class JsonWebTokenTest {

    private static final Instant NOW = Instant.parse("2030-01-02T03:04:05Z");
    private static final TestSigner EC = TestSigner.curve("secp256r1");

    /** The example of RFC 7515, A.3: header, claims, signature and the key that it is good with. */
    private static final String RFC_TOKEN =
            "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt"
                    + "cGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTj"
                    + "Dxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

    private static final String RFC_KEYS =
            """
            {"keys": [
              {"kty": "oct", "k": "c2VjcmV0"},
              {"kty": "EC", "use": "enc", "crv": "P-256", "x": "AA", "y": "AA"},
              {"kty": "EC", "crv": "P-256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
               "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}
            """;

    @Test
    void readsTheExampleOfTheStandard() {
        JsonWebToken token = JsonWebToken.parse(RFC_TOKEN).orElseThrow();
        List<JsonWebKey> keys = JsonWebKey.set(RFC_KEYS.getBytes(StandardCharsets.UTF_8));
        assertEquals(1, keys.size());
        assertTrue(token.isSignedBy(keys.getFirst().key()));
        assertEquals(Optional.of("joe"), token.text("iss"));
        assertTrue(token.isValidAt(Instant.ofEpochSecond(1300819379)));
        assertFalse(token.isValidAt(Instant.ofEpochSecond(1300819380)));
    }

    @ParameterizedTest
    @EnumSource(SignatureAlgorithm.class)
    void checksEveryAlgorithm(SignatureAlgorithm algorithm) {
        TestSigner signer = TestSigner.of(algorithm);
        JsonWebToken token =
                JsonWebToken.parse(signer.token(algorithm, "k", Map.of("sub", "a"))).orElseThrow();
        assertTrue(token.isSignedBy(signer.publicKey()));
        assertFalse(token.isSignedBy(TestSigner.of(algorithm).publicKey()));
    }

    @Test
    void nothingUnsignedOrWithASharedSecretIsAToken() {
        for (String algorithm : List.of("none", "HS256", "ES256K", "es256", "")) {
            String header = TestSigner.part(Map.of("alg", algorithm));
            assertEquals(Optional.empty(), JsonWebToken.parse(header + "." + header + ".AAAA"));
        }
        String critical =
                TestSigner.part(Map.of("alg", "ES256", "crit", List.of("b64"), "b64", false));
        assertEquals(Optional.empty(), JsonWebToken.parse(critical + "." + critical + ".AAAA"));
        for (String text : List.of("", "a", "a.b", "a.b.c.d", "!.!.!", "e30.e30.e30")) {
            assertEquals(Optional.empty(), JsonWebToken.parse(text));
        }
    }

    @Test
    void aKeyIsForItsOwnAlgorithmsOnly() {
        TestSigner other = TestSigner.curve("secp384r1");
        assertFalse(SignatureAlgorithm.ES256.fits(other.publicKey()));
        assertTrue(SignatureAlgorithm.ES384.fits(other.publicKey()));
        assertFalse(SignatureAlgorithm.RS256.fits(EC.publicKey()));
        assertFalse(SignatureAlgorithm.RS256.fits(TestSigner.rsa(1024).publicKey()));
    }

    @Test
    void mustSayHowLongItIsGood() {
        assertTrue(valid(Map.of("exp", NOW.getEpochSecond() + 1)));
        assertFalse(valid(Map.of("exp", NOW.getEpochSecond())));
        assertFalse(valid(Map.of()));
        assertFalse(valid(Map.of("exp", "never")));
        assertTrue(valid(Map.of("exp", 4e9, "nbf", NOW.getEpochSecond() + 60)));
        assertFalse(valid(Map.of("exp", 4e9, "nbf", NOW.getEpochSecond() + 61)));
    }

    private static boolean valid(Map<String, Object> claims) {
        return JsonWebToken.parse(EC.token(SignatureAlgorithm.ES256, "", claims))
                .orElseThrow()
                .isValidAt(NOW);
    }

    @Test
    void whatIsPublishedIsReadAgain() {
        for (int i = 0; i < 50; i++) {
            KeyPair pair = dev.quilla.pki.KeyPairs.generate();
            JsonWebKey key = JsonWebKey.of((ECPublicKey) pair.getPublic());
            byte[] set = JsonTree.write(Map.of("keys", List.of(key.tree())));
            assertEquals(List.of(key), JsonWebKey.set(set));
        }
    }
}
