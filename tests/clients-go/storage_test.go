package clients

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"cloud.google.com/go/storage"
	"google.golang.org/api/googleapi"
	"google.golang.org/api/iterator"
)

func bucket(t *testing.T, name string) (context.Context, *storage.BucketHandle) {
	ctx := patience(t)
	client := must(storage.NewClient(ctx))
	t.Cleanup(func() { client.Close() })
	made := client.Bucket(project + "-" + name)
	ok(t, made.Create(ctx, project, &storage.BucketAttrs{Location: "EU"}))
	return ctx, made
}

func write(ctx context.Context, object *storage.ObjectHandle, data []byte) error {
	writer := object.NewWriter(ctx)
	writer.ContentType = "text/plain"
	writer.Metadata = map[string]string{"of": "ann"}
	writer.ChunkSize = 256 * 1024
	if _, err := writer.Write(data); err != nil {
		return err
	}
	return writer.Close()
}

func read(ctx context.Context, object *storage.ObjectHandle, offset, length int64) string {
	reader := must(object.NewRangeReader(ctx, offset, length))
	defer reader.Close()
	return string(must(io.ReadAll(reader)))
}

func httpStatus(err error) int {
	var failure *googleapi.Error
	if errors.As(err, &failure) {
		return failure.Code
	}
	return 0
}

func TestObjectsAreWrittenReadDescribedAndDeleted(t *testing.T) {
	ctx, bucket := bucket(t, "objects")
	object := bucket.Object("a folder/héllo.txt")
	ok(t, write(ctx, object, []byte("0123456789")))
	equal(t, read(ctx, object, 0, -1), "0123456789")
	equal(t, []string{read(ctx, object, 2, 3), read(ctx, object, 7, -1), read(ctx, object, -3, -1)}, []string{"234", "789", "789"})
	attributes := must(object.Attrs(ctx))
	equal(t, []any{attributes.Size, attributes.ContentType, attributes.Metadata["of"], attributes.Metageneration}, []any{int64(10), "text/plain", "ann", int64(1)})
	changed := must(object.Update(ctx, storage.ObjectAttrsToUpdate{CacheControl: "no-store", Metadata: map[string]string{"by": "bob"}}))
	equal(t, []any{changed.CacheControl, changed.Metadata, changed.Metageneration}, []any{"no-store", map[string]string{"of": "ann", "by": "bob"}, int64(2)})
	large := make([]byte, 1_200_000)
	must(rand.Read(large))
	ok(t, write(ctx, bucket.Object("large.bin"), large))
	equal(t, bytes.Equal([]byte(read(ctx, bucket.Object("large.bin"), 0, -1)), large), true)
	ok(t, object.Delete(ctx))
	equal(t, errors.Is(object.Delete(ctx), storage.ErrObjectNotExist), true)
	_, err := object.NewReader(ctx)
	equal(t, errors.Is(err, storage.ErrObjectNotExist), true)
}

func TestPreconditionsHoldOnEveryCall(t *testing.T) {
	ctx, bucket := bucket(t, "conditions")
	object := bucket.Object("once.txt")
	ok(t, write(ctx, object.If(storage.Conditions{DoesNotExist: true}), []byte("first")))
	equal(t, httpStatus(write(ctx, object.If(storage.Conditions{DoesNotExist: true}), []byte("second"))), 412)
	generation := must(object.Attrs(ctx)).Generation
	ok(t, write(ctx, object.If(storage.Conditions{GenerationMatch: generation}), []byte("second")))
	equal(t, httpStatus(object.If(storage.Conditions{GenerationMatch: generation}).Delete(ctx)), 412)
	_, err := object.If(storage.Conditions{GenerationMatch: generation}).NewReader(ctx)
	equal(t, httpStatus(err), 412)
	_, err = bucket.Object("copy.txt").CopierFrom(object.If(storage.Conditions{GenerationMatch: generation})).Run(ctx)
	equal(t, httpStatus(err), 412)
}

func TestObjectsAreListedCopiedComposedAndMoved(t *testing.T) {
	ctx, bucket := bucket(t, "listed")
	for _, name := range []string{"list/a", "list/b", "list/deep/c"} {
		ok(t, write(ctx, bucket.Object(name), []byte(name)))
	}
	var seen []string
	for all := bucket.Objects(ctx, &storage.Query{Prefix: "list/", Delimiter: "/"}); ; {
		attributes, err := all.Next()
		if err == iterator.Done {
			break
		}
		ok(t, err)
		seen = append(seen, attributes.Name+attributes.Prefix)
	}
	equal(t, seen, []string{"list/a", "list/b", "list/deep/"})
	page := iterator.NewPager(bucket.Objects(ctx, &storage.Query{Prefix: "list/"}), 2, "")
	var files []*storage.ObjectAttrs
	equal(t, must(page.NextPage(&files)) != "", true)
	equal(t, len(files), 2)
	copied := bucket.Object("copied")
	must(copied.CopierFrom(bucket.Object("list/a")).Run(ctx))
	composed := must(bucket.Object("whole").ComposerFrom(copied, bucket.Object("list/b")).Run(ctx))
	equal(t, []any{composed.ComponentCount, read(ctx, bucket.Object("whole"), 0, -1)}, []any{int64(2), "list/alist/b"})
	must(copied.Move(ctx, storage.MoveObjectDestination{Object: "moved"}))
	equal(t, read(ctx, bucket.Object("moved"), 0, -1), "list/a")
	equal(t, httpStatus(bucket.Delete(ctx)), 409)
}

func TestForgedSignaturesAreRefused(t *testing.T) {
	ctx, bucket := bucket(t, "signed")
	ok(t, write(ctx, bucket.Object("secret.txt"), []byte("secret")))
	key := must(x509.MarshalPKCS8PrivateKey(must(rsa.GenerateKey(rand.Reader, 2048))))
	address := must(bucket.SignedURL("secret.txt", &storage.SignedURLOptions{
		GoogleAccessID: "signer@" + project + ".iam.gserviceaccount.com", Method: "GET", Expires: time.Now().Add(time.Minute),
		PrivateKey: pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}), Scheme: storage.SigningSchemeV4,
		Hostname: strings.TrimPrefix(os.Getenv("STORAGE_EMULATOR_HOST"), "http://"), Insecure: true,
	}))
	answer := must(http.Get(address))
	defer answer.Body.Close()
	equal(t, []any{answer.StatusCode, strings.Contains(string(must(io.ReadAll(answer.Body))), "SignatureDoesNotMatch")}, []any{403, true})
}

func TestBucketsKeepTheirSettings(t *testing.T) {
	ctx, bucket := bucket(t, "settings")
	rule := storage.LifecycleRule{Action: storage.LifecycleAction{Type: "Delete"}, Condition: storage.LifecycleCondition{AgeInDays: 30}}
	cors := storage.CORS{Origins: []string{"https://kith.example"}, Methods: []string{"GET"}, MaxAge: time.Minute}
	update := storage.BucketAttrsToUpdate{Lifecycle: &storage.Lifecycle{Rules: []storage.LifecycleRule{rule}}, CORS: []storage.CORS{cors}}
	update.SetLabel("kept", "yes")
	must(bucket.Update(ctx, update))
	attributes := must(bucket.Attrs(ctx))
	equal(t, attributes.Lifecycle.Rules[0].Condition.AgeInDays, int64(30))
	equal(t, []any{attributes.CORS[0].MaxAge, attributes.Labels["kept"], attributes.Location}, []any{time.Minute, "yes", "EU"})
}
