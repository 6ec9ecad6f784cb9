// Package clients plays Google's clients for Go against the emulator, which the usual variables point to (scripts/conformance sets them).
package clients

import (
	"context"
	"fmt"
	"os"
	"reflect"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// The project of this run alone.
var project = fmt.Sprintf("clients-go-%d", time.Now().UnixNano())

func TestMain(m *testing.M) {
	for _, name := range []string{"FIRESTORE_EMULATOR_HOST", "PUBSUB_EMULATOR_HOST", "STORAGE_EMULATOR_HOST"} {
		if os.Getenv(name) == "" {
			fmt.Println(name, "is missing: these tests are started by scripts/conformance")
			os.Exit(1)
		}
	}
	os.Exit(m.Run())
}

// The context of a test, which ends before the test run would.
func patience(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// The value of a call that must not fail.
func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func equal(t *testing.T, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("got %#v, want %#v", got, want)
	}
}

func refused(t *testing.T, err error, want codes.Code) {
	t.Helper()
	if status.Code(err) != want {
		t.Fatalf("got %v (%v), want %v", status.Code(err), err, want)
	}
}
