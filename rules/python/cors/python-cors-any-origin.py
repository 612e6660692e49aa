from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from flask import Flask, make_response, request
from flask_cors import CORS

app = Flask(__name__)
api = FastAPI()

# ruleid: python-cors-any-origin
CORS(app, origins="*", supports_credentials=True)
# ruleid: python-cors-any-origin
CORS(app, supports_credentials=True)
# ruleid: python-cors-any-origin
api.add_middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=True, allow_methods=["*"])

# ok: python-cors-any-origin
CORS(app, origins=["https://example.com"], supports_credentials=True)
# ok: python-cors-any-origin
CORS(app)
# ok: python-cors-any-origin
api.add_middleware(CORSMiddleware, allow_origins=["https://example.com"], allow_credentials=True)


@app.route("/")
def start():
    response = make_response("")
    # ruleid: python-cors-any-origin
    response.headers["Access-Control-Allow-Origin"] = request.headers.get("Origin")
    # ok: python-cors-any-origin
    response.headers["Access-Control-Allow-Origin"] = "https://example.com"
    return response
