"""Somebody who has one of everything, so that operations meet things that are there."""

import json
import urllib.request

PASSWORD = "correct horse battery staple"


class World:
    """Made through the API. `token` is the person's access token, `ids` what their things are called by path parameter."""

    def __init__(self, address):
        self.address = address
        self.token = None
        ann = self.register("ann")
        bob = self.register("bob")
        self.token = ann["accessToken"]
        post = self.post("/api/posts", {"text": "first light"})
        comment = self.post(f"/api/posts/{post['postId']}/comments", {"text": "nice"})
        upload = {"contentType": "video/mp4", "sizeBytes": 1000}
        video = self.post("/api/videos/upload-url", upload)
        self.post(f"/api/profiles/{bob['user']['userId']}/follow", None)
        self.ids = {
            "userId": bob["user"]["userId"],
            "username": "bob",
            "postId": post["postId"],
            "commentId": comment["commentId"],
            "videoId": video["videoId"],
        }

    def register(self, name):
        return self.post(
            "/api/auth/register",
            {"email": f"{name}@example.com", "username": name, "password": PASSWORD, "displayName": name},
        )

    def post(self, path, body):
        request = urllib.request.Request(f"{self.address}{path}", method="POST")
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        if self.token:
            request.add_header("Authorization", f"Bearer {self.token}")
        with urllib.request.urlopen(request) as answer:
            return json.loads(answer.read() or b"null")

    def known(self):
        return json.dumps(self.ids)
